using System.Runtime.InteropServices;
using System.Text.Json;

namespace SimpleGrad.GradBench;

/// <summary>
/// Bundle adjustment: the errors of points projected by cameras against where they were observed, and a sparse Jacobian
/// of all errors.
/// </summary>
/// <remarks>
/// An observation is 17 numbers, and observations do not meet. So a function of 17 vectors computes many of them at
/// once, and the gradient of the sum of their errors has the gradient of each.
/// </remarks>
internal static class Ba
{
    private const int CameraLength = 11, PointLength = 3, RowLength = CameraLength + PointLength + 1;

    /// <summary>So many observations at once that all intermediate results stay in the cache.</summary>
    private const int BatchLength = 512;

    public static Evaluation Objective(Input input)
    {
        Problem problem = Read(input);
        TensorFunction<double, Tensor<double>[]> errors = TensorFunction.Of<double>(
            x => [.. Projection(x), WeightError(x[14])]).Compile();
        int count = problem.Count;
        var horizontal = Memory(count);
        var vertical = Memory(count);
        var weights = Memory(count);
        return new Evaluation(
            () => problem.ForEachBatch((batch, inputs) => errors.InvokeInto(
                [horizontal[batch], vertical[batch], weights[batch]], inputs)),
            json =>
            {
                json.WriteStartObject();
                json.WriteStartObject("reproj_error");
                json.Write("elements", Tensor.Create<double>([horizontal.GetValue(0), vertical.GetValue(0)]));
                json.WriteNumber("repeated", count);
                json.WriteEndObject();
                json.WriteStartObject("w_err");
                json.Write("element", Tensor.Scalar(weights.GetValue(0)));
                json.WriteNumber("repeated", count);
                json.WriteEndObject();
                json.WriteEndObject();
            });
    }

    public static Evaluation Jacobian(Input input)
    {
        Problem problem = Read(input);
        TensorFunction<double, Tensor<double>[]> rows = TensorFunction.Of<double>(x =>
        [
            Variable.Stack([.. GradientOf(0, x), .. GradientOf(1, x)], axis: 1),
            Derivatives.Grad<double>(w => WeightError(w).Sum(), x[14]),
        ]).Compile();
        var jacobian = new SparseJacobian(problem);
        return new Evaluation(() => jacobian.Compute(rows), jacobian.Write);

        static Variable<double>[] GradientOf(int error, Variable<double>[] x) =>
            Derivatives.Grad<double>(y => Projection([.. y, .. x[RowLength..]])[error].Sum(), x[..RowLength]);
    }

    /// <summary>The weighted errors of the projections of points.</summary>
    private static Variable<double>[] Projection(Variable<double>[] x)
    {
        (Vector rotation, Vector center) = (new(x[0], x[1], x[2]), new(x[3], x[4], x[5]));
        (Variable<double> focus, Variable<double> x0, Variable<double> y0) = (x[6], x[7], x[8]);
        (Variable<double> kappa1, Variable<double> kappa2) = (x[9], x[10]);
        (Vector point, Variable<double> weight) = (new(x[11], x[12], x[13]), x[14]);
        (Variable<double> featureX, Variable<double> featureY) = (x[15], x[16]);

        Vector seen = Rotated(point - center, rotation);
        (Variable<double> u, Variable<double> v) = (seen.X / seen.Z, seen.Y / seen.Z);
        Variable<double> squared = u * u + v * v;
        Variable<double> scale = focus * (1 + kappa1 * squared + kappa2 * squared * squared);
        return [weight * (u * scale + x0 - featureX), weight * (v * scale + y0 - featureY)];
    }

    /// <summary>A point turned about an axis by an angle that is the length of the axis.</summary>
    private static Vector Rotated(Vector point, Vector rotation)
    {
        Variable<double> squared = rotation.Dot(rotation);
        Variable<double> isTurned = squared > 0;
        Variable<double> angle = Variable.Where(isTurned, squared, 1).Sqrt();
        Vector axis = rotation * (1 / angle);
        (Variable<double> cos, Variable<double> sin) = (angle.Cos(), angle.Sin());
        Vector turned = point * cos + axis.Cross(point) * sin + axis * (axis.Dot(point) * (1 - cos));
        Vector nearly = point + rotation.Cross(point);
        return new(
            Variable.Where(isTurned, turned.X, nearly.X), Variable.Where(isTurned, turned.Y, nearly.Y),
            Variable.Where(isTurned, turned.Z, nearly.Z));
    }

    private static Variable<double> WeightError(Variable<double> weight) => 1 - weight * weight;

    private readonly record struct Vector(Variable<double> X, Variable<double> Y, Variable<double> Z)
    {
        public static Vector operator +(Vector a, Vector b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

        public static Vector operator -(Vector a, Vector b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

        public static Vector operator *(Vector a, Variable<double> b) => new(a.X * b, a.Y * b, a.Z * b);

        public Variable<double> Dot(Vector b) => X * b.X + Y * b.Y + Z * b.Z;

        public Vector Cross(Vector b) =>
            new(Y * b.Z - Z * b.Y, Z * b.X - X * b.Z, X * b.Y - Y * b.X);
    }

    private static Problem Read(Input input)
    {
        int n = input["n"].Integer(least: 1), m = input["m"].Integer(least: 1), p = input["p"].Integer(least: 1);
        double[] camera = input["cam"].Tensor(CameraLength).ToArray(), point = input["x"].Tensor(PointLength).ToArray();
        double[] feature = input["feat"].Tensor(2).ToArray();
        double weight = input["w"].Number();
        return new Problem(
            Repeat(camera, n), Repeat(point, m), Repeat([weight], p), Repeat(feature, p),
            [.. Enumerable.Range(0, p).Select(i => i % n)], [.. Enumerable.Range(0, p).Select(i => i % m)]);

        static double[] Repeat(double[] numbers, int count) =>
            [.. Enumerable.Repeat(numbers, count).SelectMany(each => each)];
    }

    /// <summary>A vector to write numbers into.</summary>
    private static Tensor<double> Memory(int length) => Tensor.Create<double>(new double[length]);

    private static Span<double> Elements(Tensor<double> vector) =>
        MemoryMarshal.CreateSpan(ref vector.AsTensorSpan()[0], vector.Length);

    /// <summary>What was observed, as GradBench's other tools have it: no use is made of what repeats.</summary>
    private sealed record Problem(
        double[] Cameras, double[] Points, double[] Weights, double[] Features, int[] CameraOf, int[] PointOf)
    {
        public int Count => Weights.Length;

        /// <summary>Calls something with the 17 numbers of each observation of a batch, as vectors.</summary>
        public void ForEachBatch(Action<Range, Tensor<double>[]> action)
        {
            Tensor<double>[] inputs = [];
            for (int first = 0; first < Count; first += BatchLength)
            {
                int length = Math.Min(BatchLength, Count - first);
                if (first == 0 || length < BatchLength)
                    inputs = [.. Enumerable.Range(0, 17).Select(_ => Memory(length))];
                Gather(Cameras, CameraLength, CameraOf.AsSpan(first, length), inputs.AsSpan(0));
                Gather(Points, PointLength, PointOf.AsSpan(first, length), inputs.AsSpan(CameraLength));
                Weights.AsSpan(first, length).CopyTo(Elements(inputs[14]));
                Span<double> x = Elements(inputs[15]), y = Elements(inputs[16]);
                for (int i = 0; i < length; i++)
                    (x[i], y[i]) = (Features[2 * (first + i)], Features[2 * (first + i) + 1]);
                action(first..(first + length), inputs);
            }
        }

        private static void Gather(double[] records, int width, ReadOnlySpan<int> which, Span<Tensor<double>> columns)
        {
            for (int column = 0; column < width; column++)
            {
                Span<double> numbers = Elements(columns[column]);
                for (int i = 0; i < numbers.Length; i++)
                    numbers[i] = records[which[i] * width + column];
            }
        }
    }

    /// <summary>All rows: two for the projection of each observation, and then one for each weight.</summary>
    private sealed class SparseJacobian(Problem problem)
    {
        private readonly int[] _rows = new int[3 * problem.Count + 1];
        private readonly int[] _columns = new int[(2 * RowLength + 1) * problem.Count];
        private readonly Tensor<double> _values = Memory((2 * RowLength + 1) * problem.Count);

        public void Compute(TensorFunction<double, Tensor<double>[]> rows)
        {
            int ofWeights = 2 * RowLength * problem.Count;
            Tensor<double>[] gradients = [];
            problem.ForEachBatch((batch, inputs) =>
            {
                (int first, int length) = batch.GetOffsetAndLength(problem.Count);
                if (first == 0 || length < BatchLength)
                    gradients = [gradients.FirstOrDefault()!, Memory(length)];
                gradients[0] = _values[(2 * RowLength * first)..(2 * RowLength * (first + length))]
                    .Reshape(length, 2 * RowLength);
                rows.InvokeInto(gradients, inputs);
                gradients[1].CopyTo(Elements(_values).Slice(ofWeights + first, length));
            });
            Place();
        }

        /// <summary>The columns of the values, and where the rows start.</summary>
        private void Place()
        {
            int points = problem.Cameras.Length, weights = points + problem.Points.Length, at = 0;
            for (int row = 0; row < 2 * problem.Count; row++)
            {
                int observation = row / 2;
                (int camera, int point) = (problem.CameraOf[observation], problem.PointOf[observation]);
                _rows[row] = at;
                for (int i = 0; i < CameraLength; i++)
                    _columns[at++] = CameraLength * camera + i;
                for (int i = 0; i < PointLength; i++)
                    _columns[at++] = points + PointLength * point + i;
                _columns[at++] = weights + observation;
            }
            for (int i = 0; i < problem.Count; i++)
            {
                _rows[2 * problem.Count + i] = at;
                _columns[at++] = weights + i;
            }
            _rows[^1] = at;
        }

        /// <summary>The first 30 of each array, and the last.</summary>
        public void Write(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            Write("rows", Array.ConvertAll(_rows, row => (double)row));
            Write("cols", Array.ConvertAll(_columns, column => (double)column));
            Write("vals", _values.ToArray());
            json.WriteEndObject();

            void Write(string name, double[] all) =>
                json.Write(name, Tensor.Create<double>([.. all.Take(2 * RowLength), all[^1]]));
        }
    }
}
