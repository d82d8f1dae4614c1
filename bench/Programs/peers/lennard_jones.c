/* Energy and its gradient of atoms in a periodic box, by hand: all pairs, or the pairs of a list. */
#include <math.h>
#include <stddef.h>

static inline double pair(const double *x, ptrdiff_t i, ptrdiff_t j, double box, double *gradient)
{
    double d[3], square = 0;
    for (int k = 0; k < 3; k++) {
        d[k] = x[3 * i + k] - x[3 * j + k];
        d[k] -= box * rint(d[k] / box);
        square += d[k] * d[k];
    }
    double inverse = 1 / square;
    if (inverse <= 0.25)
        return 0;
    double sixth = inverse * inverse * inverse, slope = (24 * sixth - 48 * sixth * sixth) * inverse;
    for (int k = 0; k < 3; k++) {
        gradient[3 * i + k] += slope * d[k];
        gradient[3 * j + k] -= slope * d[k];
    }
    return 4 * (sixth * sixth - sixth);
}

double lennard_jones(const double *x, ptrdiff_t n, double box, double *gradient)
{
    double energy = 0;
    for (ptrdiff_t i = 0; i < 3 * n; i++)
        gradient[i] = 0;
    for (ptrdiff_t i = 0; i < n; i++)
        for (ptrdiff_t j = i + 1; j < n; j++)
            energy += pair(x, i, j, box, gradient);
    return energy;
}

double lennard_jones_pairs(
    const double *x, ptrdiff_t n, const int *first, const int *second, ptrdiff_t pairs, double box, double *gradient)
{
    double energy = 0;
    for (ptrdiff_t i = 0; i < 3 * n; i++)
        gradient[i] = 0;
    for (ptrdiff_t k = 0; k < pairs; k++)
        energy += pair(x, first[k], second[k], box, gradient);
    return energy;
}
