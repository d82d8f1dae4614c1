/* x <- x + h (p0 x - p1 x^2) from 0.1: the last state, and its gradient by hand. */
#include <stddef.h>

double recurrence(const double *p, double h, ptrdiff_t steps, double *states, double *gradient)
{
    double x = 0.1, p0 = p[0], p1 = p[1];
    for (ptrdiff_t i = 0; i < steps; i++) {
        states[i] = x;
        x += h * (p0 * x - p1 * x * x);
    }
    double dx = 1, d0 = 0, d1 = 0;
    for (ptrdiff_t i = steps; i-- > 0;) {
        double s = states[i];
        d0 += dx * h * s;
        d1 -= dx * h * s * s;
        dx += dx * h * (p0 - 2 * p1 * s);
    }
    gradient[0] = d0;
    gradient[1] = d1;
    return x;
}
