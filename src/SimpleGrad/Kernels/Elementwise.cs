namespace SimpleGrad;

/// <summary>
/// The loops of all elementwise operators: operands of the same layout run as one span, cut into pieces for the
/// threads; anything else goes through a <see cref="StridedLoop{TBody, T}"/>.
/// </summary>
internal static unsafe class Elementwise
{
    public static Tensor<T> Unary<TArithmetic, T>(Tensor<T> x)
        where TArithmetic : struct, IUnaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        if (x.IsScalar)
            return new Tensor<T>(TArithmetic.Apply(x.ScalarValue));
        bool isDense = x.IsDense;
        Tensor<T> result = isDense ? x.UninitializedLike() : Tensor<T>.Uninitialized(x.Shape);
        Span<T> to = result.NewData;
        fixed (T* from = x.Memory)
        {
            var operands = new Run<T> { X = from };
            if (isDense)
                Flat<UnaryBody<TArithmetic, T>, T>(operands, to);
            else
                StridedLoop<UnaryBody<TArithmetic, T>, T>.Run(StridedAxes.Of(x.Shape, x), operands, to);
        }
        return result;
    }

    public static Tensor<T> Binary<TArithmetic, T>(Tensor<T> x, Tensor<T> y, Shape shape)
        where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        if (x.IsScalar && y.IsScalar)
            return new Tensor<T>(TArithmetic.Apply(x.ScalarValue, y.ScalarValue));
        bool xIsOne = x.Length == 1, yIsOne = y.Length == 1;
        Tensor<T>? like = HaveOneLayout(x, y, xIsOne, yIsOne, shape);
        Tensor<T> result = like?.UninitializedLike() ?? Tensor<T>.Uninitialized(shape);
        Span<T> to = result.NewData;
        fixed (T* xs = x.Memory, ys = y.Memory)
        {
            var operands = new Run<T> { X = xs, Y = ys, XIsOne = xIsOne, YIsOne = yIsOne };
            if (like is not null)
                Flat<BinaryBody<TArithmetic, T>, T>(operands, to);
            else
                StridedLoop<BinaryBody<TArithmetic, T>, T>.Run(StridedAxes.Of(shape, x, y), operands, to);
        }
        return result;
    }

    public static Tensor<T> Ternary<TArithmetic, T>(Tensor<T> x, Tensor<T> y, Tensor<T> z, Shape shape)
        where TArithmetic : struct, ITernaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        if (shape.Rank == 0)
            return new Tensor<T>(TArithmetic.Apply(x.ScalarValue, y.ScalarValue, z.ScalarValue));
        Tensor<T> result = Tensor<T>.Uninitialized(shape);
        Span<T> to = result.NewData;
        fixed (T* xs = x.Memory, ys = y.Memory, zs = z.Memory)
        {
            var operands = new Run<T>
            {
                X = xs,
                Y = ys,
                Z = zs,
                XIsOne = x.Length == 1,
                YIsOne = y.Length == 1,
                ZIsOne = z.Length == 1,
            };
            if (Fits(x, shape) && Fits(y, shape) && Fits(z, shape))
                Flat<TernaryBody<TArithmetic, T>, T>(operands, to);
            else
                StridedLoop<TernaryBody<TArithmetic, T>, T>.Run(StridedAxes.Of(shape, x, y, z), operands, to);
        }
        return result;
    }

    public static void UnaryRun<TArithmetic, T>(in Run<T> run, Span<T> result)
        where TArithmetic : struct, IUnaryArithmetic<TArithmetic, T>
        where T : unmanaged => UnaryBody<TArithmetic, T>.Apply(in run, result);

    public static void BinaryRun<TArithmetic, T>(in Run<T> run, Span<T> result)
        where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
        where T : unmanaged => BinaryBody<TArithmetic, T>.Apply(in run, result);

    public static void TernaryRun<TArithmetic, T>(in Run<T> run, Span<T> result)
        where TArithmetic : struct, ITernaryArithmetic<TArithmetic, T>
        where T : unmanaged => TernaryBody<TArithmetic, T>.Apply(in run, result);

    private static bool Fits<T>(Tensor<T> x, Shape shape) where T : unmanaged =>
        x.Length == 1 || (x.IsContiguous && x.Length == shape.FlattenedLength);

    /// <summary>
    /// The operand whose layout the result can have, because the other one has it too or is one number.
    /// </summary>
    private static Tensor<T>? HaveOneLayout<T>(Tensor<T> x, Tensor<T> y, bool xIsOne, bool yIsOne, Shape shape)
        where T : unmanaged
    {
        Tensor<T> like = xIsOne ? y : x;
        if (!ReferenceEquals(like.Shape, shape) && !like.Shape.Equals(shape))
            return null;
        if (xIsOne || yIsOne)
            return like.IsDense ? like : null;
        if (x.IsContiguous && y.IsContiguous)
            return x.Length == y.Length ? x : null;
        return x.Shape.Equals(y.Shape) && x.IsDense && x.Strides.SequenceEqual(y.Strides) ? x : null;
    }

    private static void Flat<TBody, T>(in Run<T> operands, Span<T> result)
        where TBody : struct, IRunBody<T>
        where T : unmanaged
    {
        if (result.Length <= ParallelLoop.PieceLength)
        {
            if (result.Length > 0) // some of the vectorised primitives refuse an empty span
                TBody.Apply(in operands, result);
            return;
        }
        fixed (T* to = result)
            ParallelLoop.Run(
                ParallelLoop.Pieces(result.Length), new FlatPiece<TBody, T>(operands, to, result.Length));
    }

    private readonly struct FlatPiece<TBody, T>(Run<T> operands, T* result, int length) : IParallelBody
        where TBody : struct, IRunBody<T>
        where T : unmanaged
    {
        public void Run(int piece)
        {
            int start = piece * ParallelLoop.PieceLength;
            var run = new Run<T>
            {
                X = operands.X + (operands.XIsOne ? 0 : start),
                XIsOne = operands.XIsOne,
                Y = operands.Y + (operands.YIsOne ? 0 : start),
                YIsOne = operands.YIsOne,
                Z = operands.Z + (operands.ZIsOne ? 0 : start),
                ZIsOne = operands.ZIsOne,
            };
            TBody.Apply(in run, new Span<T>(result + start, Math.Min(ParallelLoop.PieceLength, length - start)));
        }
    }

    private readonly struct UnaryBody<TArithmetic, T> : IRunBody<T>
        where TArithmetic : struct, IUnaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        public static void Apply(in Run<T> run, Span<T> result)
        {
            // A primitive may round a number by itself differently from one in a vector; views give what copies give.
            if (run.XIsOne)
                result.Fill(*run.X);
            TArithmetic.Apply(run.XIsOne ? result : new ReadOnlySpan<T>(run.X, result.Length), result);
        }
    }

    private readonly struct BinaryBody<TArithmetic, T> : IRunBody<T>
        where TArithmetic : struct, IBinaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        public static void Apply(in Run<T> run, Span<T> result)
        {
            if (run.XIsOne && run.YIsOne)
            {
                result.Fill(*run.X);
                TArithmetic.Apply(result, *run.Y, result);
            }
            else if (run.XIsOne)
            {
                TArithmetic.Apply(*run.X, new ReadOnlySpan<T>(run.Y, result.Length), result);
            }
            else if (run.YIsOne)
            {
                TArithmetic.Apply(new ReadOnlySpan<T>(run.X, result.Length), *run.Y, result);
            }
            else
                TArithmetic.Apply(
                    new ReadOnlySpan<T>(run.X, result.Length), new ReadOnlySpan<T>(run.Y, result.Length), result);
        }
    }

    private readonly struct TernaryBody<TArithmetic, T> : IRunBody<T>
        where TArithmetic : struct, ITernaryArithmetic<TArithmetic, T>
        where T : unmanaged
    {
        public static void Apply(in Run<T> run, Span<T> result) => TArithmetic.Apply(in run, result);
    }
}
