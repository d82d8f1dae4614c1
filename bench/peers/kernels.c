/* What a person would write by hand in C for the workloads of the compiled family: one loop, value and gradients.
   Built by bench/peers.sh with gcc -O3 -march=native -ffast-math, so that sums and the mathematical functions (glibc's
   libmvec, at most 4 ulp) are vectorised. */
#include <math.h>
#include <stddef.h>

#define WORKLOADS(T, S, TANH, EXP, LOG)                                                                   \
    T simple_##S(const T *restrict a, const T *restrict b, T *restrict da, T *restrict db, ptrdiff_t n)   \
    {                                                                                                     \
        T sum = 0;                                                                                        \
        for (ptrdiff_t i = 0; i < n; i++) {                                                               \
            T t = a[i] + b[i];                                                                            \
            sum += t * b[i];                                                                              \
            da[i] = b[i];                                                                                 \
            db[i] = t + b[i];                                                                             \
        }                                                                                                 \
        return sum;                                                                                       \
    }                                                                                                     \
    T second_##S(const T *restrict a, const T *restrict b, T *restrict da, T *restrict db, ptrdiff_t n)   \
    {                                                                                                     \
        T sum = 0;                                                                                        \
        for (ptrdiff_t i = 0; i < n; i++) {                                                               \
            T g = a[i] + 2 * b[i];                                                                        \
            sum += b[i] * b[i] + g * g;                                                                   \
            da[i] = 2 * g;                                                                                \
            db[i] = 2 * b[i] + 4 * g;                                                                     \
        }                                                                                                 \
        return sum;                                                                                       \
    }                                                                                                     \
    T heavy_##S(const T *restrict a, const T *restrict b, T *restrict da, T *restrict db, ptrdiff_t n)    \
    {                                                                                                     \
        T sum = 0;                                                                                        \
        for (ptrdiff_t i = 0; i < n; i++) {                                                               \
            T t = TANH(a[i] * b[i]), e = EXP(-a[i]), s = 1 + b[i] * b[i], u = (1 - t * t) * e;            \
            sum += t * e + LOG(s);                                                                        \
            da[i] = u * b[i] - t * e;                                                                     \
            db[i] = u * a[i] + 2 * b[i] / s;                                                              \
        }                                                                                                 \
        return sum;                                                                                       \
    }

WORKLOADS(float, f32, tanhf, expf, logf)
WORKLOADS(double, f64, tanh, exp, log)
