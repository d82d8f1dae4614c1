using System.Globalization;
using SimpleGrad.Bench;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
string filter = args.Length > 0 ? args[0] : "";
if (filter == "--compile")
{
    CompileTimes.Run();
    return;
}
if (filter == "--calls")
{
    CallTimes.Run();
    return;
}
if (filter == "--costs")
{
    OperatorCosts.Run();
    return;
}
foreach (Comparison comparison in Comparisons.All.Where(each => each.Name.Contains(filter, StringComparison.Ordinal)))
    comparison.Run();

namespace SimpleGrad.Bench
{
    /// <summary>Ways to compute the same, or more and less of it, measured in turns.</summary>
    internal sealed record Comparison(string Name, params (string Name, Action Run)[] Ways)
    {
        private const int Rounds = 15;
        private static readonly TimeSpan _roundTime = TimeSpan.FromMilliseconds(30);

        public void Run()
        {
            var counts = new int[Ways.Length];
            for (int i = 0; i < Ways.Length; i++)
            {
                counts[i] = Timing.BatchSize(Ways[i].Run, _roundTime);
            }
            var times = new List<double>[Ways.Length];
            for (int i = 0; i < times.Length; i++)
                times[i] = [];
            for (int round = 0; round < Rounds; round++)
            {
                for (int i = 0; i < Ways.Length; i++)
                    times[i].Add(Timing.PerRun(Ways[i].Run, counts[i]) / 1000);
            }
            Console.WriteLine(Name);
            for (int i = 0; i < Ways.Length; i++)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                Ways[i].Run();
                long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
                double ratio = Timing.Median(times[i].Zip(times[0], (time, of) => time / of));
                Console.WriteLine(
                    $"    {Ways[i].Name,-28} {Timing.Median(times[i]),12:N1} us  {ratio,8:N3} x {bytes,14:N0} bytes");
            }
        }
    }

    internal static class Comparisons
    {
        public static IEnumerable<Comparison> All
        {
            get
            {
                Tensor<double> x = Random(100), v = Random(100), large = Random(100_000), largeV = Random(100_000);
                yield return Hessian(x);
                yield return Products("Hvp against gradient, Rosenbrock of 100", Rosenbrock, x, v);
                yield return Products("Hvp against gradient, Rosenbrock of 100,000", Rosenbrock, large, largeV);
                yield return Mapped();
                yield return Sparse("Banded Jacobian, n = 1,000 and 100,000", Random(1000), large);
                yield return Pair("Grad, Rosenbrock of 100", Derivatives.Grad<double>(Rosenbrock), x);
                yield return Pair("Jvp, Rosenbrock of 100", Derivatives.Jvp<double>(Rosenbrock), x, v);
                yield return Pair(
                    "Vjp, Rosenbrock of 100", Derivatives.Vjp<double>(Rosenbrock), x, Tensor.Scalar(1.0));
                yield return Pair("Jacobian of the gradient of 100", Derivatives.Jacobian<double>(
                    y => Derivatives.Grad<double>(Rosenbrock, y)), x);
                yield return Pair("Laplacian, Rosenbrock of 100", Derivatives.Laplacian<double>(Rosenbrock), x);
            }
        }

        private static Comparison Hessian(Tensor<double> x)
        {
            var eager = Derivatives.Hessian<double>(Rosenbrock);
            var compiled = eager.Compile();
            var hvp = Derivatives.Hvp<double>(Rosenbrock);
            Tensor<double>[] axes = [.. Enumerable.Range(0, x.Length).Select(i => Axis(x.Length, i))];
            return new(
                "Hessian, Rosenbrock of 100",
                ("a product for each column", () => Array.ForEach(axes, axis => hvp.Invoke(x, axis))),
                ("Hessian", () => eager.Invoke(x)),
                ("Hessian, compiled", () => compiled.Invoke(x)),
                ("SparseHessian", () => Derivatives.SparseHessian<double>(Rosenbrock, x)));
        }

        private static Comparison Products(
            string name, Func<Variable<double>, Variable<double>> f, Tensor<double> x, Tensor<double> v)
        {
            var (grad, hvp) = (Derivatives.Grad(f), Derivatives.Hvp(f));
            var (fastGrad, fastHvp) = (grad.Compile(), hvp.Compile());
            return new(
                name, ("Grad", () => grad.Invoke(x)), ("Hvp", () => hvp.Invoke(x, v)),
                ("Grad, compiled", () => fastGrad.Invoke(x)), ("Hvp, compiled", () => fastHvp.Invoke(x, v)));
        }

        private static Comparison Mapped()
        {
            Tensor<double> points = Tensor.Create<double>(Random(10_000).ToArray(), [1000, 10]);
            Tensor<double>[] each = [.. Enumerable.Range(0, 1000).Select(i => points[i..(i + 1)].Reshape(10))];
            var grad = Derivatives.Grad<double>(Rosenbrock);
            var mapped = Transform.Vmap<double>(x => Derivatives.Grad<double>(Rosenbrock, x));
            var compiled = mapped.Compile();
            var fast = grad.Compile();
            return new(
                "Gradient at 1,000 points of 10 numbers",
                ("loop", () => Array.ForEach(each, x => grad.Invoke(x))),
                ("loop, compiled", () => Array.ForEach(each, x => fast.Invoke(x))),
                ("Vmap", () => mapped.Invoke(points)),
                ("Vmap, compiled", () => compiled.Invoke(points)));
        }

        private static Comparison Sparse(string name, Tensor<double> small, Tensor<double> large)
        {
            var jacobian = Derivatives.SparseJacobian<double>(Stencil);
            var compiled = jacobian.Compile();
            var value = TensorFunction.Of<double>(Stencil);
            return new(
                name, ("1,000", () => jacobian.Invoke(small)), ("100,000", () => jacobian.Invoke(large)),
                ("1,000, compiled", () => compiled.Invoke(small)), ("100,000, compiled", () => compiled.Invoke(large)),
                ("100,000, the function alone", () => value.Invoke(large)));
        }

        private static Comparison Pair<TResult>(
            string name, TensorFunction<double, TResult> function, params Tensor<double>[] inputs)
        {
            TensorFunction<double, TResult> compiled = function.Compile();
            return new(name, ("eager", () => function.Invoke(inputs)), ("compiled", () => compiled.Invoke(inputs)));
        }

        private static Variable<double> Rosenbrock(Variable<double> x) =>
            (100 * (x[1..] - x[..^1].Square()).Square() + (1 - x[..^1]).Square()).Sum();

        private static Variable<double> Stencil(Variable<double> x) => x[2..] * x[..^2] - x[1..^1].Square();

        private static Tensor<double> Random(int length)
        {
            var random = new Random(1);
            return Tensor.Create<double>([.. Enumerable.Range(0, length).Select(_ => random.NextDouble())]);
        }

        private static Tensor<double> Axis(int length, int at)
        {
            var values = new double[length];
            values[at] = 1;
            return Tensor.Create<double>(values);
        }
    }
}
