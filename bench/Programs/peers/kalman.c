/* The log-likelihood of a local level and an ARMA(1, 1) by Kalman's filter, and its gradient by hand.
   p: logarithms of the two deviations, phi, theta. */
#include <math.h>
#include <stddef.h>
#include <string.h>

typedef struct { double a[3], p[3][3]; } state;

double kalman(const double *p, const double *data, ptrdiff_t steps, state *states, double *gradient)
{
    double level = exp(2 * p[0]), noise = exp(2 * p[1]), phi = p[2], theta = p[3], likelihood = 0;
    double V[3][3] = {{level, 0, 0}, {0, noise, theta * noise}, {0, theta * noise, theta * theta * noise}};
    double T[3][3] = {{1, 0, 0}, {0, phi, 1}, {0, 0, 0}};
    state s = {{0}, {{10, 0, 0}, {0, 10, 0}, {0, 0, 10}}};
    for (ptrdiff_t n = 0; n < steps; n++) {
        states[n] = s;
        double M[3], K[3], TP[3][3], F, v = data[n] - s.a[0] - s.a[1];
        for (int i = 0; i < 3; i++)
            M[i] = s.p[i][0] + s.p[i][1];
        F = M[0] + M[1];
        likelihood -= 0.5 * (log(2 * M_PI * F) + v * v / F);
        state next;
        for (int i = 0; i < 3; i++) {
            K[i] = (T[i][0] * M[0] + T[i][1] * M[1] + T[i][2] * M[2]) / F;
            next.a[i] = T[i][0] * s.a[0] + T[i][1] * s.a[1] + T[i][2] * s.a[2] + K[i] * v;
            for (int j = 0; j < 3; j++)
                TP[i][j] = T[i][0] * s.p[0][j] + T[i][1] * s.p[1][j] + T[i][2] * s.p[2][j];
        }
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++)
                next.p[i][j] = TP[i][0] * T[j][0] + TP[i][1] * T[j][1] + TP[i][2] * T[j][2] - K[i] * K[j] * F + V[i][j];
        s = next;
    }
    double da[3] = {0}, dp[3][3] = {{0}}, dV[3][3] = {{0}}, d_phi = 0;
    for (ptrdiff_t n = steps; n-- > 0;) {
        s = states[n];
        double M[3], K[3], dK[3], dM[3], Q[3][3], TP[3][3], QT[3][3], F, dF, dv = 0, v = data[n] - s.a[0] - s.a[1];
        for (int i = 0; i < 3; i++)
            M[i] = s.p[i][0] + s.p[i][1];
        F = M[0] + M[1];
        for (int i = 0; i < 3; i++)
            for (int j = 0; j < 3; j++) {
                dV[i][j] += dp[i][j];
                Q[i][j] = 0.5 * (dp[i][j] + dp[j][i]); /* the covariance is symmetric */
                TP[i][j] = T[i][0] * s.p[0][j] + T[i][1] * s.p[1][j] + T[i][2] * s.p[2][j];
            }
        dF = -0.5 * (1 / F - v * v / (F * F));
        for (int i = 0; i < 3; i++)
            K[i] = (T[i][0] * M[0] + T[i][1] * M[1] + T[i][2] * M[2]) / F;
        for (int i = 0; i < 3; i++) {
            double QK = Q[i][0] * K[0] + Q[i][1] * K[1] + Q[i][2] * K[2];
            dK[i] = da[i] * v - 2 * QK * F;
            dF -= K[i] * QK + dK[i] * K[i] / F;
            dv += da[i] * K[i];
        }
        dv -= v / F;
        d_phi += da[1] * s.a[1] + dK[1] * M[1] / F;
        for (int j = 0; j < 3; j++)
            d_phi += 2 * Q[1][j] * TP[j][1];
        for (int i = 0; i < 3; i++) {
            dM[i] = (T[0][i] * dK[0] + T[1][i] * dK[1] + T[2][i] * dK[2]) / F + (i < 2 ? dF : 0);
            for (int j = 0; j < 3; j++)
                QT[i][j] = Q[i][0] * T[0][j] + Q[i][1] * T[1][j] + Q[i][2] * T[2][j];
        }
        double next[3];
        for (int i = 0; i < 3; i++) {
            next[i] = T[0][i] * da[0] + T[1][i] * da[1] + T[2][i] * da[2] - (i < 2 ? dv : 0);
            for (int j = 0; j < 3; j++)
                dp[i][j] = T[0][i] * QT[0][j] + T[1][i] * QT[1][j] + T[2][i] * QT[2][j] + (j < 2 ? dM[i] : 0);
        }
        memcpy(da, next, sizeof da);
    }
    gradient[0] = dV[0][0] * 2 * level;
    gradient[1] = 2 * noise * (dV[1][1] + theta * (dV[1][2] + dV[2][1]) + theta * theta * dV[2][2]);
    gradient[2] = d_phi;
    gradient[3] = noise * (dV[1][2] + dV[2][1] + 2 * theta * dV[2][2]);
    return likelihood;
}
