using SimpleGrad;

// Measurements y at places x, and a straight line a + b x that should go through them.
Tensor<double> x = Tensor.Create([1.0, 2, 3, 4, 5]);
Tensor<double> y = Tensor.Create([2.1, 3.9, 6.2, 8.1, 9.7]);

double a = 0, b = 0;
const double Rate = 0.05;

var tape = new Tape<double>();
for (int step = 0; step < 2000; step++)
{
    tape.Reset();
    Variable<double> va = tape.Variable(a, name: "a"), vb = tape.Variable(b, name: "b");
    Variable<double> residual = tape.Constant(y) - (va + vb * tape.Constant(x));
    Variable<double> loss = (residual * residual).Mean();

    // The loss grows in the direction of its gradients: go the other way.
    (Variable<double>? da, Variable<double>? db) = tape.Grad(loss, va, vb, createGraph: false);
    a -= Rate * da!.Item();
    b -= Rate * db!.Item();
}

Console.WriteLine($"y = {a:F4} + {b:F4} x");
