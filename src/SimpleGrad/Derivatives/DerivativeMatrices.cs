using System.Numerics;

namespace SimpleGrad;

/// <summary>Jacobians and what else takes a derivative in each direction: all directions run as one batch.</summary>
internal static class DerivativeMatrices
{
    // Enough for a batch to pay, and few enough for its values to stay near the processor.
    private const int MaxElements = 1 << 21;
    private const int MaxConstant = 1 << 12; // of a block of directions in compiled code

    /// <summary>
    /// The Jacobian of each result by each input: the axes of the result, then those of the input. Rows come by reverse
    /// mode, columns by forward mode; where not said which, the way with fewer directions is taken.
    /// </summary>
    /// <exception cref="OverflowException">A matrix would have more elements than a tensor can.</exception>
    public static Variable<T>[][] Jacobian<T>(Linearization<T> at, bool createGraph, bool? byForward = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (Variable<T> result in at.Results)
            RequireRoom(at.User, result.Shape, at.Inputs);
        byForward ??= at.Inputs.Sum(x => (long)x.Length) < at.Results.Sum(y => (long)y.Length);
        return byForward.Value ? ByColumns(at, createGraph) : ByRows(at, createGraph);
    }

    /// <summary>The gradient of the only result, by each input.</summary>
    public static (Variable<T> Value, Variable<T>[] Gradients) Gradient<T>(
        string user, Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] at, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var linear = new Linearization<T>(user, function, at);
        return (linear.Number, linear.WithZeros(linear.PullNumber(createGraph)));
    }

    /// <summary>The gradient of a function, as a function of its inputs near a point.</summary>
    public static Linearization<T> LinearizedGradient<T>(
        string user, Func<Variable<T>[], Variable<T>[]> function, Variable<T>[] at)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(function);
        return new(user, x => Gradient(user, function, x, createGraph: true).Gradients, at);
    }

    /// <summary>The second derivative by each element of each input.</summary>
    public static Variable<T>[] HessianDiagonal<T>(Linearization<T> gradient, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. gradient.Inputs.Select((input, i) => InAllDirections(
            gradient, input.Shape,
            direction =>
            [
                gradient.PullOne(i, direction, createGraph)[i] is { } product ? (product * direction).Sum() : null,
            ],
            [Shape.Scalar], createGraph)[0].Reshape(input.Shape)),
    ];

    /// <summary>Refuses matrices, of a result by each input, that have more elements than a tensor can.</summary>
    public static void RequireRoom<T>(string user, Shape result, Variable<T>[] inputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (Variable<T> input in inputs)
            _ = Shape.OfResult(user, [.. result.Lengths, .. input.Shape.Lengths], result, input.Shape);
    }

    private static Variable<T>[][] ByRows<T>(Linearization<T> at, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape[] shapes = Array.ConvertAll(at.Inputs, input => input.Shape);
        return [.. at.Results.Select((result, i) =>
        {
            Variable<T>[] rows = InAllDirections(
                at, result.Shape, cotangent => at.PullOne(i, cotangent, createGraph), shapes, createGraph);
            return rows.Zip(shapes, (each, shape) => each.Reshape(Joined(result.Shape, shape))).ToArray();
        })];
    }

    private static Variable<T>[][] ByColumns<T>(Linearization<T> at, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        at.PreparePushes();
        Shape[] shapes = Array.ConvertAll(at.Results, result => result.Shape);
        Variable<T>[][] columns = [.. at.Inputs.Select((input, i) => InAllDirections(
            at, input.Shape, tangent => at.PushOne(i, tangent, createGraph), shapes, createGraph))];
        return [.. shapes.Select((shape, j) => at.Inputs.Select((input, i) =>
            columns[i][j].MoveAxis(0, -1).Reshape(Joined(shape, input.Shape))).ToArray())];
    }

    private static Variable<T>[] InAllDirections<T>(
        Linearization<T> at, Shape space, Func<Variable<T>, Variable<T>?[]> function, Shape[] shapes, bool createGraph)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => InDirections(
            at, space, space.FlattenedLength, (first, count) => Directions<T>(space, first, count), function, shapes,
            createGraph, inTrace: (first, count) => ComparedPlaces(at.Tape, space, first, count));

    /// <summary>Runs a function for each of some directions; its results get an axis in front for them.</summary>
    /// <param name="at">Near where.</param>
    /// <param name="space">The shape of a direction.</param>
    /// <param name="count">How many directions there are.</param>
    /// <param name="directions">Some of the directions: from which on, and how many.</param>
    /// <param name="function">From a direction to results; null for zeros.</param>
    /// <param name="shapes">The shapes of the results.</param>
    /// <param name="createGraph">Whether what is computed can be differentiated. Where not, the memory is that of the
    /// results and of one block of directions.</param>
    /// <param name="asOne">Whether a graph has all directions as one block.</param>
    /// <param name="inTrace">The same directions for compiled code, which then has no constant of their size.</param>
    public static Variable<T>[] InDirections<T>(
        Linearization<T> at, Shape space, int count, Func<int, int, Tensor<T>> directions,
        Func<Variable<T>, Variable<T>?[]> function, Shape[] shapes, bool createGraph, bool asOne = false,
        Func<int, int, Variable<T>>? inTrace = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Shape[] wholes = Array.ConvertAll(shapes, shape => Shape.Create([count, .. shape.Lengths]));
        bool isRecorded = createGraph || at.Tape.Recorder.RecordsAll;
        Variable<T>?[] results = count == 0 ? new Variable<T>?[shapes.Length]
            : isRecorded ? Recorded(at, space, count, Block, function, shapes, asOne)
            : Unrecorded(at, space, count, directions, function, wholes);
        return [.. results.Zip(wholes, at.OrZeros)];

        Variable<T> Block(int first, int size) => inTrace is not null && at.Tape.Root.IsTracing
            && (long)size * space.FlattenedLength > MaxConstant
            ? inTrace(first, size)
            : at.Tape.Constant(directions(first, size));
    }

    private static Variable<T>?[] Recorded<T>(
        Linearization<T> at, Shape space, int count, Func<int, int, Variable<T>> blockOf,
        Func<Variable<T>, Variable<T>?[]> function, Shape[] shapes, bool asOne)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int longest = shapes.Append(space).Max(shape => Math.Max(1, shape.FlattenedLength));
        int most = !at.CanBatch ? 1 : asOne ? count : Math.Max(1, MaxElements / longest);
        var parts = new List<Variable<T>?[]>();
        for (int first = 0; first < count; first += most)
        {
            Variable<T> block = blockOf(first, Math.Min(most, count - first));
            parts.Add(at.CanBatch
                ? Batching.Map(at.User, [block], x => function(x[0]))
                : Array.ConvertAll(function(block.Select(0, 0)), each => each?.Unsqueeze(0)));
        }
        return [.. shapes.Select((shape, i) => parts.Exists(part => part[i] is not null)
            ? Variable.Concatenate([.. parts.Select(part => at.OrZeros(
                part[i], Shape.Create([Math.Min(most, count), .. shape.Lengths])))])
            : null)];
    }

    private static Variable<T>?[] Unrecorded<T>(
        Linearization<T> at, Shape space, int count, Func<int, int, Tensor<T>> directions,
        Func<Variable<T>, Variable<T>?[]> function, Shape[] wholes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = at.Tape;
        var memory = new UnrecordedRecorder<T>(tape, tape.Recorder);
        var results = new Tensor<T>?[wholes.Length];
        MappedFunction<T>? mapped = at.CanBatch ? new(tape, [space], x => function(x[0])) : null;
        int most = mapped is null ? 1 : Math.Max(1, MaxElements / Math.Max(1, mapped.Longest));
        for (int first = 0; first < count; first += most)
        {
            int from = first;
            Tensor<T> block = directions(first, Math.Min(most, count - first));
            if (mapped is not null)
                mapped.Run(block, values => Take(values, from));
            else
                RunOne(block, from);
        }
        return Array.ConvertAll(results, result => result is null ? null : memory.Add(result));

        void Take(Tensor<T>?[] values, int from)
        {
            for (int i = 0; i < results.Length; i++)
            {
                if (values[i] is not { } value)
                    continue;
                // One of several directions may give zeros, which do not come.
                results[i] ??= mapped is null ? Tensor.Zeros<T>(wholes[i]) : Tensor<T>.Uninitialized(wholes[i]);
                value.CopyTo(results[i]!.NewData.Slice(from * (wholes[i].FlattenedLength / count), value.Length));
            }
        }

        void RunOne(Tensor<T> block, int from)
        {
            Recorder<T> former = tape.Recorder;
            bool isRecorded = tape.Root.RecordsSweeps; // then entries have the memory
            (int, int) mark = tape.Memory.Mark();
            if (!isRecorded)
                tape.Recorder = former.NotRecording;
            try
            {
                Take(Array.ConvertAll(function(tape.Constant(block).Select(0, 0)), value => value?.Data), from);
            }
            finally
            {
                tape.Recorder = former;
                if (!isRecorded)
                    tape.Memory.RecycleSince(mark);
            }
        }
    }

    /// <summary>Directions along axes: zeros with a single one.</summary>
    private static Tensor<T> Directions<T>(Shape space, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> directions = Tensor.Zeros<T>(Shape.Create([count, .. space.Lengths]));
        for (int i = 0; i < count; i++)
            directions.NewData[i * space.FlattenedLength + first + i] = T.One;
        return directions;
    }

    /// <summary>The same, found by comparing places where compiled code reads them.</summary>
    private static Variable<T> ComparedPlaces<T>(Tape<T> tape, Shape space, int first, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        return Places(first, [count, .. Enumerable.Repeat(1, space.Rank)]).EqualTo(Places(0, [.. space]));

        Variable<T> Places(int from, int[] lengths) => tape.Constant(Tensor.Create<T>(
            [.. Enumerable.Range(from, lengths.Aggregate(1, (all, one) => all * one)).Select(T.CreateChecked)],
            Shape.Create(lengths)));
    }

    private static Shape Joined(Shape x, Shape y) => Shape.Create([.. x.Lengths, .. y.Lengths]);
}
