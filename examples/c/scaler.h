/* SPDX-License-Identifier: BSL-1.0 */
/* smelt for programs in C, Fortran and whatever calls C: a scaler behind a handle.
 *
 * The chain is chosen by whoever compiles scaler.cpp; here it fills missing values with the mean of
 * their column and scales to a deviation of 1. No exception crosses, nothing is printed, and a call
 * writes only what it says. A handle may be used by many threads at once. */
#ifndef SCALER_H
#define SCALER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct scaler scaler;

/* The kinds of smelt::failure. */
enum { scaler_ok = 0, scaler_shape = 1, scaler_value = 2, scaler_type = 3, scaler_io = 4,
       scaler_device = 5, scaler_memory = 6, scaler_other = 7 };

/* How a call ended; a Fortran program has the same as a type with bind(c). */
typedef struct {
  int32_t code;         /* one of those above */
  int64_t rows;         /* written, or seen by a fit */
  int64_t infinities;   /* met, and written as missing */
  int64_t first_row;    /* of the first of them, or -1 */
  int64_t first_col;
  char message[256];    /* what is wrong, cut where it is longer */
} scaler_status;

/* field(nx, ny, nz, variables) as Fortran lays it out, of which `halo` points at each end of the first
 * three extents belong to others. A table of n rows is n x 1 x 1 points without a halo. */
typedef struct {
  double* data;
  int64_t nx, ny, nz, variables;
  int64_t halo_x, halo_y, halo_z;
} scaler_field;

/* Learns from the points of a field. *made is null unless the status is ok. */
scaler_status scaler_fit(const scaler_field* from, scaler** made);
/* Scales the points of `from` into those of `to`, which may be the same field. */
scaler_status scaler_transform(const scaler* with, const scaler_field* from, const scaler_field* to);
/* The way back, in place. */
scaler_status scaler_inverse(const scaler* with, const scaler_field* in_place);
/* The heap that a fit of so many points and variables takes at most, in bytes. */
int64_t scaler_fit_bytes(int64_t points, int64_t variables);
void scaler_free(scaler* done);

#ifdef __cplusplus
}
#endif
#endif
