// SPDX-License-Identifier: BSL-1.0
#pragma once

/// \file
/// \mainpage smelt
/// A preprocessing chain is written once, as an expression, and becomes one fused pass over the
/// data. This header is the language, the verbs and on::seq; smelt/eigen.hpp adds on::eigen.
///
/// Verbs throw, or with std::nothrow before their arguments return a status (see core/status.hpp). It
/// compiles with -fno-exceptions and -fno-rtti, where what those forms refuse in shapes, types and
/// values ends no program; files alone need exceptions.

#include <smelt/batches.hpp>
#include <smelt/describe.hpp>
#include <smelt/fit.hpp>
#include <smelt/folds.hpp>
#include <smelt/inverse.hpp>
#include <smelt/place.hpp>
#include <smelt/policies.hpp>
#include <smelt/read.hpp>
#include <smelt/samplers.hpp>
#include <smelt/split.hpp>
#include <smelt/stages.hpp>
#include <smelt/statistics.hpp>
#include <smelt/transform.hpp>
#include <smelt/version.hpp>
