/* What a person would write by hand in C for the workloads of the compiled family: one loop, value and gradients.
   Built by bench/peers.sh with gcc -O3 -march=native -ffast-math, so that sums and the mathematical functions (glibc's
   libmvec, at most 4 ulp) are vectorised. Sums are taken in blocks, or those of 16M floats lose four digits. */
#include <math.h>
#include <stddef.h>

#define BLOCK 4096

#define WORKLOADS(T, S, TANH, EXP, LOG)                                                                 \
    T simple_##S(const T *restrict a, const T *restrict b, T *restrict da, T *restrict db, ptrdiff_t n) \
    {                                                                                                   \
        T total = 0;                                                                                    \
        for (ptrdiff_t start = 0; start < n; start += BLOCK) {                                          \
            ptrdiff_t end = start + BLOCK < n ? start + BLOCK : n;                                      \
            T sum = 0;                                                                                  \
            for (ptrdiff_t i = start; i < end; i++) {                                                   \
                T t = a[i] + b[i];                                                                      \
                sum += t * b[i];                                                                        \
                da[i] = b[i];                                                                           \
                db[i] = t + b[i];                                                                       \
            }                                                                                           \
            total += sum;                                                                               \
        }                                                                                               \
        return total;                                                                                   \
    }                                                                                                   \
    T second_##S(const T *restrict a, const T *restrict b, T *restrict da, T *restrict db, ptrdiff_t n) \
    {                                                                                                   \
        T total = 0;                                                                                    \
        for (ptrdiff_t start = 0; start < n; start += BLOCK) {                                          \
            ptrdiff_t end = start + BLOCK < n ? start + BLOCK : n;                                      \
            T sum = 0;                                                                                  \
            for (ptrdiff_t i = start; i < end; i++) {                                                   \
                T g = a[i] + 2 * b[i];                                                                  \
                sum += b[i] * b[i] + g * g;                                                             \
                da[i] = 2 * g;                                                                          \
                db[i] = 2 * b[i] + 4 * g;                                                               \
            }                                                                                           \
            total += sum;                                                                               \
        }                                                                                               \
        return total;                                                                                   \
    }                                                                                                   \
    T heavy_##S(const T *restrict a, const T *restrict b, T *restrict da, T *restrict db, ptrdiff_t n)  \
    {                                                                                                   \
        T total = 0;                                                                                    \
        for (ptrdiff_t start = 0; start < n; start += BLOCK) {                                          \
            ptrdiff_t end = start + BLOCK < n ? start + BLOCK : n;                                      \
            T sum = 0;                                                                                  \
            for (ptrdiff_t i = start; i < end; i++) {                                                   \
                T t = TANH(a[i] * b[i]), e = EXP(-a[i]), s = 1 + b[i] * b[i], u = (1 - t * t) * e;      \
                sum += t * e + LOG(s);                                                                  \
                da[i] = u * b[i] - t * e;                                                               \
                db[i] = u * a[i] + 2 * b[i] / s;                                                        \
            }                                                                                           \
            total += sum;                                                                               \
        }                                                                                               \
        return total;                                                                                   \
    }

WORKLOADS(float, f32, tanhf, expf, logf)
WORKLOADS(double, f64, tanh, exp, log)
