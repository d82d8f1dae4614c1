/* The price of swaptions in the LIBOR market model, as a plain double loop for each path: no derivatives. */
#include <math.h>
#include <stddef.h>

enum { RATES = 80, STEPS = 40, SWAPTIONS = 15 };

static const int maturities[SWAPTIONS] = {4, 4, 4, 8, 8, 8, 20, 20, 20, 28, 28, 28, 40, 40, 40};
static const double rates[SWAPTIONS] = {
    0.045, 0.05, 0.055, 0.045, 0.05, 0.055, 0.045, 0.05, 0.055, 0.045, 0.05, 0.055, 0.045, 0.05, 0.055};

double libor(double delta, const double *lambda, const double *start, const double *z, ptrdiff_t paths)
{
    double total = 0;
    for (ptrdiff_t p = 0; p < paths; p++) {
        double L[RATES], B[RATES], S[RATES];
        for (int i = 0; i < RATES; i++)
            L[i] = start[i];
        for (int n = 0; n < STEPS; n++) {
            double shock = sqrt(delta) * z[n * paths + p], v = 0;
            for (int i = n + 1; i < RATES; i++) {
                double volatility = lambda[i - n - 1], c = delta * volatility;
                v += c * L[i] / (1 + delta * L[i]);
                L[i] *= exp(c * v + volatility * (shock - 0.5 * c));
            }
        }
        double b = 1, s = 0;
        for (int i = STEPS; i < RATES; i++) {
            b /= 1 + delta * L[i];
            s += delta * b;
            B[i] = b;
            S[i] = s;
        }
        double value = 0;
        for (int k = 0; k < SWAPTIONS; k++) {
            int i = maturities[k] + STEPS - 1;
            double swap = B[i] + rates[k] * S[i] - 1;
            if (swap < 0)
                value -= 100 * swap;
        }
        for (int n = 0; n < STEPS; n++)
            value /= 1 + delta * L[n];
        total += value;
    }
    return total / paths;
}
