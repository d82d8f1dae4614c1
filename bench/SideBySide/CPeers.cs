using System.Runtime.InteropServices;

namespace SimpleGrad.Bench.SideBySide;

/// <summary>The loops of bench/peers/kernels.c, where bench/peers.sh has built them.</summary>
internal static unsafe partial class CPeers
{
    private const string Library = "simplegrad_peers";

    /// <summary>Which of the loops.</summary>
    internal enum Workload
    {
        Simple,
        Second,
        Heavy,
    }

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, typeof(CPeers).Assembly, null, out _);

    [LibraryImport(Library, EntryPoint = "simple_f32"), SuppressGCTransition]
    private static partial float SimpleSingle(float* a, float* b, float* da, float* db, nint n);

    [LibraryImport(Library, EntryPoint = "second_f32"), SuppressGCTransition]
    private static partial float SecondSingle(float* a, float* b, float* da, float* db, nint n);

    [LibraryImport(Library, EntryPoint = "heavy_f32"), SuppressGCTransition]
    private static partial float HeavySingle(float* a, float* b, float* da, float* db, nint n);

    [LibraryImport(Library, EntryPoint = "simple_f64"), SuppressGCTransition]
    private static partial double SimpleDouble(double* a, double* b, double* da, double* db, nint n);

    [LibraryImport(Library, EntryPoint = "second_f64"), SuppressGCTransition]
    private static partial double SecondDouble(double* a, double* b, double* da, double* db, nint n);

    [LibraryImport(Library, EntryPoint = "heavy_f64"), SuppressGCTransition]
    private static partial double HeavyDouble(double* a, double* b, double* da, double* db, nint n);

    /// <summary>Inputs and outputs in memory that C can work on, aligned as ours are.</summary>
    internal sealed class Arrays<T> where T : unmanaged
    {
        private readonly int _length;
        private readonly T* _a, _b, _da, _db;

        public Arrays(T[] a, T[] b)
        {
            _length = a.Length;
            _a = New();
            _b = New();
            _da = New();
            _db = New();
            a.CopyTo(new Span<T>(_a, _length));
            b.CopyTo(new Span<T>(_b, _length));
        }

        ~Arrays()
        {
            NativeMemory.AlignedFree(_a);
            NativeMemory.AlignedFree(_b);
            NativeMemory.AlignedFree(_da);
            NativeMemory.AlignedFree(_db);
        }

        public object Run(Workload workload)
        {
            double value;
            if (typeof(T) == typeof(float))
            {
                float* a = (float*)_a, b = (float*)_b, da = (float*)_da, db = (float*)_db;
                value = workload switch
                {
                    Workload.Simple => SimpleSingle(a, b, da, db, _length),
                    Workload.Second => SecondSingle(a, b, da, db, _length),
                    _ => HeavySingle(a, b, da, db, _length),
                };
            }
            else
            {
                double* a = (double*)_a, b = (double*)_b, da = (double*)_da, db = (double*)_db;
                value = workload switch
                {
                    Workload.Simple => SimpleDouble(a, b, da, db, _length),
                    Workload.Second => SecondDouble(a, b, da, db, _length),
                    _ => HeavyDouble(a, b, da, db, _length),
                };
            }
            return new Results(this, value);
        }

        /// <summary>What a run gave, to be compared; it is copied when it is looked at.</summary>
        private sealed record Results(Arrays<T> Arrays, double Value) : IEnumerable<object?>
        {
            public IEnumerator<object?> GetEnumerator()
            {
                yield return Tensor.Scalar(Value);
                yield return Arrays.GradientA;
                yield return Arrays.GradientB;
            }

            System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
        }

        private Tensor<T> GradientA => Tensor.Create(new ReadOnlySpan<T>(_da, _length));

        private Tensor<T> GradientB => Tensor.Create(new ReadOnlySpan<T>(_db, _length));

        private T* New() => (T*)NativeMemory.AlignedAlloc((nuint)Math.Max(1, _length) * (nuint)sizeof(T), 64);
    }
}
