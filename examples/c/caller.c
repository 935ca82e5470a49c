/* SPDX-License-Identifier: BSL-1.0 */
/* A program in C that scales the inside of a field where it lies. */
#include "scaler.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { nx = 20, ny = 12, nz = 8, variables = 3, halo = 2 };

static int inside(int i, int j, int k) {
  return i >= halo && i < nx - halo && j >= halo && j < ny - halo && k >= halo && k < nz - halo;
}
static double* at(double* q, int i, int j, int k, int v) {
  return q + i + nx * (j + ny * (k + (size_t)nz * v));
}

int main(void) {
  double* q = malloc(sizeof(double) * nx * ny * nz * variables);
  if (!q) return 1;
  for (int v = 0; v < variables; ++v)
    for (int k = 0; k < nz; ++k)
      for (int j = 0; j < ny; ++j)
        for (int i = 0; i < nx; ++i)
          *at(q, i, j, k, v) = inside(i, j, k) ? (i * 7 + j * 3 + k + v) % 11 + 100.0 * v : -1.0;
  *at(q, 5, 5, 4, 1) = NAN; /* a gauge has failed */

  scaler_field field = {q, nx, ny, nz, variables, halo, halo, halo};
  scaler* s = NULL;
  scaler_status ended = scaler_fit(&field, &s);
  printf("fit: code %d, %lld points\n", (int)ended.code, (long long)ended.rows);
  if (ended.code) return 1;
  ended = scaler_transform(s, &field, &field);
  printf("transform: code %d, %lld points\n", (int)ended.code, (long long)ended.rows);

  double sum = 0, squares = 0;
  int points = 0, halo_kept = 1;
  for (int k = 0; k < nz; ++k)
    for (int j = 0; j < ny; ++j)
      for (int i = 0; i < nx; ++i) {
        if (!inside(i, j, k)) {
          for (int v = 0; v < variables; ++v) halo_kept = halo_kept && *at(q, i, j, k, v) == -1.0;
          continue;
        }
        sum += *at(q, i, j, k, 2);
        squares += *at(q, i, j, k, 2) * *at(q, i, j, k, 2);
        ++points;
      }
  printf("variable 2: mean %.3f, deviation %.3f\n", fabs(sum / points), sqrt(squares / points));
  printf("the gauge that failed: %.3f\n", fabs(*at(q, 5, 5, 4, 1)));
  printf("the halo is as it was: %s\n", halo_kept ? "yes" : "NO");

  /* A mistake is a code and a sentence. */
  field.variables = 2;
  ended = scaler_transform(s, &field, &field);
  printf("code %d: %s\n", (int)ended.code, ended.message);
  field.variables = variables;
  field.halo_y = 7;
  ended = scaler_transform(s, &field, &field);
  printf("code %d: %s\n", (int)ended.code, ended.message);
  ended = scaler_transform(NULL, &field, &field);
  printf("code %d: %s\n", (int)ended.code, ended.message);
  scaler_free(s);
  free(q);
  return halo_kept && points == 16 * 8 * 4 ? 0 : 1;
}
