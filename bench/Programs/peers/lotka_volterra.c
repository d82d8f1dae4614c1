/* Lotka-Volterra by RK4: the sum of squares at every tenth step, and its gradient by hand. p: four rates, two starts. */
#include <stddef.h>

static inline void slope(const double *p, double x, double y, double *dx, double *dy)
{
    *dx = p[0] * x - p[1] * x * y;
    *dy = p[3] * x * y - p[2] * y;
}

/* Adds the products of a gradient of the slope to those of the state and of the rates. */
static inline void pull(const double *p, double x, double y, double gx, double gy, double *dx, double *dy, double *dp)
{
    *dx += gx * (p[0] - p[1] * y) + gy * p[3] * y;
    *dy += gy * (p[3] * x - p[2]) - gx * p[1] * x;
    dp[0] += gx * x;
    dp[1] -= gx * x * y;
    dp[2] -= gy * y;
    dp[3] += gy * x * y;
}

double lotka_volterra(
    const double *parameters, const double *data, double h, ptrdiff_t steps, double *states, double *gradient)
{
    double p[4] = {parameters[0], parameters[1], parameters[2], parameters[3]}, dp[4] = {0};
    double x = parameters[4], y = parameters[5], loss = 0;
    for (ptrdiff_t i = 0; i < steps; i++) {
        double ax, ay, bx, by, cx, cy, ex, ey;
        states[2 * i] = x;
        states[2 * i + 1] = y;
        slope(p, x, y, &ax, &ay);
        slope(p, x + h / 2 * ax, y + h / 2 * ay, &bx, &by);
        slope(p, x + h / 2 * bx, y + h / 2 * by, &cx, &cy);
        slope(p, x + h * cx, y + h * cy, &ex, &ey);
        x += h / 6 * (ax + 2 * bx + 2 * cx + ex);
        y += h / 6 * (ay + 2 * by + 2 * cy + ey);
        if (i % 10 == 9) {
            double rx = x - data[i / 10 * 2], ry = y - data[i / 10 * 2 + 1];
            loss += rx * rx + ry * ry;
        }
    }
    double dx = 0, dy = 0;
    for (ptrdiff_t i = steps; i-- > 0;) {
        if (i % 10 == 9) {
            dx += 2 * (x - data[i / 10 * 2]);
            dy += 2 * (y - data[i / 10 * 2 + 1]);
        }
        x = states[2 * i];
        y = states[2 * i + 1];
        double ax, ay, bx, by, cx, cy;
        slope(p, x, y, &ax, &ay);
        slope(p, x + h / 2 * ax, y + h / 2 * ay, &bx, &by);
        slope(p, x + h / 2 * bx, y + h / 2 * by, &cx, &cy);
        double sx = 0, sy = 0, gx = h / 6 * dx, gy = h / 6 * dy; /* the last stage's state and slope */
        pull(p, x + h * cx, y + h * cy, gx, gy, &sx, &sy, dp);
        double tx = sx, ty = sy;
        gx = h / 3 * dx + h * sx, gy = h / 3 * dy + h * sy, sx = sy = 0;
        pull(p, x + h / 2 * bx, y + h / 2 * by, gx, gy, &sx, &sy, dp);
        tx += sx, ty += sy;
        gx = h / 3 * dx + h / 2 * sx, gy = h / 3 * dy + h / 2 * sy, sx = sy = 0;
        pull(p, x + h / 2 * ax, y + h / 2 * ay, gx, gy, &sx, &sy, dp);
        tx += sx, ty += sy;
        gx = h / 6 * dx + h / 2 * sx, gy = h / 6 * dy + h / 2 * sy, sx = sy = 0;
        pull(p, x, y, gx, gy, &sx, &sy, dp);
        dx += tx + sx;
        dy += ty + sy;
    }
    for (int i = 0; i < 4; i++)
        gradient[i] = dp[i];
    gradient[4] = dx;
    gradient[5] = dy;
    return loss;
}
