// SPDX-License-Identifier: BSL-1.0
//
// The C interface of scaler.h: every call by value, so that no exception crosses.

#include "scaler.h"

#include <smelt/core/field_view.hpp>
#include <smelt/eigen.hpp>
#include <smelt/scratch.hpp>
#include <smelt/smelt.hpp>

#include <cstdio>  // std::snprintf
#include <new>     // std::nothrow
#include <utility>

namespace {

const auto chain = smelt::clean(smelt::fill::mean) | smelt::standardize();

}  // namespace

struct scaler {
  decltype(smelt::fit(smelt::on::eigen, chain, smelt::field_view<const double>())) fitted;
};

namespace {

scaler_status told(const smelt::status& ended) {
  scaler_status s{};
  s.code = static_cast<std::int32_t>(ended.kind());
  s.rows = ended.rows;
  s.infinities = ended.infinities;
  s.first_row = ended.first_row;
  s.first_col = ended.first_col;
  std::snprintf(s.message, sizeof s.message, "%s", ended.ok() ? "" : ended.what());
  return s;
}
scaler_status refused(int code, const char* why) {
  scaler_status s{};
  s.code = code;
  s.first_row = s.first_col = -1;
  std::snprintf(s.message, sizeof s.message, "%s", why);
  return s;
}

/// Calls `f` with the points of each field. What makes a view may throw: not beyond this.
template <class F, class... Fields>
scaler_status with_points(const F& f, const Fields*... fields) noexcept {
  if (((fields == nullptr || fields->data == nullptr) || ...))
    return refused(scaler_value, "a field is null");
  try {
    return f(smelt::field_interior(fields->data, {fields->nx, fields->ny, fields->nz},
                                   fields->variables,
                                   {fields->halo_x, fields->halo_y, fields->halo_z})...);
  } catch (const smelt::shape_error& e) {
    return refused(scaler_shape, e.what());
  } catch (const std::bad_alloc&) {
    return refused(scaler_memory, "no memory");
  } catch (const std::exception& e) {
    return refused(scaler_other, e.what());
  }
}

}  // namespace

scaler_status scaler_fit(const scaler_field* from, scaler** made) {
  if (made == nullptr) return refused(scaler_value, "there is no place for the scaler");
  *made = nullptr;
  return with_points(
      [&](const auto& points) {
        auto learned = smelt::fit(std::nothrow, smelt::on::eigen, chain, points);
        if (learned) *made = new scaler{*std::move(learned)};
        return told(learned);
      },
      from);
}

scaler_status scaler_transform(const scaler* with, const scaler_field* from,
                               const scaler_field* to) {
  if (with == nullptr) return refused(scaler_value, "the scaler is null");
  return with_points(
      [&](const auto& source, const auto& target) {
        return told(smelt::transform(std::nothrow, smelt::on::eigen, with->fitted, source, target));
      },
      from, to);
}

scaler_status scaler_inverse(const scaler* with, const scaler_field* in_place) {
  if (with == nullptr) return refused(scaler_value, "the scaler is null");
  return with_points(
      [&](const auto& points) {
        return told(smelt::inverse(std::nothrow, smelt::on::eigen, with->fitted, points, points));
      },
      in_place);
}

int64_t scaler_fit_bytes(int64_t points, int64_t variables) {
  using view = smelt::field_view<double>;
  return smelt::scratch_bytes<view, view>(smelt::on::eigen, chain, points, variables).fit;
}

void scaler_free(scaler* done) { delete done; }
