/* A call in Heston's model by Euler's scheme with full truncation, and its seven sensitivities by hand: blocks of paths
   that stay in the cache, each step a loop over the paths of a block that gcc vectorises.
   p: S0, v0, r, kappa, theta, xi, rho. z has two rows of normals for each step. */
#include <math.h>
#include <stddef.h>

enum { BLOCK = 256, MOST_STEPS = 64 };

double heston(const double *p, double strike, double years, ptrdiff_t steps, const double *z, ptrdiff_t paths,
    double *gradient)
{
    double variances[MOST_STEPS][BLOCK];
    double r = p[2], kappa = p[3], theta = p[4], xi = p[5], rho = p[6], rest = sqrt(1 - rho * rho);
    double dt = years / steps, start = log(p[0]), discount = exp(-r * years);
    double total = 0, d_start = 0, d_v0 = 0, d_kappa = 0, d_theta = 0, d_xi = 0, d_rho = 0;
    for (ptrdiff_t first = 0; first < paths; first += BLOCK) {
        ptrdiff_t count = paths - first < BLOCK ? paths - first : BLOCK;
        double x[BLOCK], v[BLOCK], dv[BLOCK];
        for (ptrdiff_t i = 0; i < count; i++) {
            x[i] = start;
            v[i] = p[1];
            dv[i] = 0;
        }
        for (ptrdiff_t n = 0; n < steps; n++) {
            const double *restrict z1 = z + 2 * n * paths + first, *restrict z2 = z1 + paths;
            double *restrict saved = variances[n];
            for (ptrdiff_t i = 0; i < count; i++) {
                double positive = v[i] > 0 ? v[i] : 0, root = sqrt(positive * dt);
                saved[i] = v[i];
                x[i] += (r - positive / 2) * dt + root * z1[i];
                v[i] += kappa * (theta - positive) * dt + xi * root * (rho * z1[i] + rest * z2[i]);
            }
        }
        for (ptrdiff_t i = 0; i < count; i++) {
            double price = exp(x[i]);
            total += price > strike ? price - strike : 0;
            x[i] = price > strike ? price : 0; /* from here on the gradient of the logarithm */
            d_start += x[i];
        }
        for (ptrdiff_t n = steps; n-- > 0;) {
            const double *restrict z1 = z + 2 * n * paths + first, *restrict z2 = z1 + paths;
            const double *restrict saved = variances[n];
            for (ptrdiff_t i = 0; i < count; i++) {
                double positive = saved[i] > 0 ? saved[i] : 0, root = sqrt(positive * dt);
                double normal = rho * z1[i] + rest * z2[i], d_root = x[i] * z1[i] + dv[i] * xi * normal;
                double slope = saved[i] > 0 ? dt / 2 / root : 0;
                d_kappa += dv[i] * (theta - positive) * dt;
                d_theta += dv[i] * kappa * dt;
                d_xi += dv[i] * root * normal;
                d_rho += dv[i] * xi * root * (z1[i] - rho / rest * z2[i]);
                double d_positive = d_root * slope - x[i] * dt / 2 - dv[i] * kappa * dt;
                dv[i] += saved[i] > 0 ? d_positive : 0;
            }
        }
        for (ptrdiff_t i = 0; i < count; i++)
            d_v0 += dv[i];
    }
    double scale = discount / paths;
    gradient[0] = scale * d_start / p[0];
    gradient[1] = scale * d_v0;
    gradient[2] = scale * years * (d_start - total);
    gradient[3] = scale * d_kappa;
    gradient[4] = scale * d_theta;
    gradient[5] = scale * d_xi;
    gradient[6] = scale * d_rho;
    return scale * total;
}
