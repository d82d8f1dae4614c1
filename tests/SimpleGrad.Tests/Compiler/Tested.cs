using System.Numerics;

namespace SimpleGrad.Tests.Compiler;

/// <summary>Aggregates that are compiled as the test says: see <see cref="Comparison.OnExecutor"/>.</summary>
internal static class Tested
{
    private static readonly AsyncLocal<CompilePipeline?> _pipeline = new();

    /// <summary>The pipeline of the test that runs.</summary>
    public static CompilePipeline Pipeline
    {
        get => _pipeline.Value ?? CompilePipeline.Default;
        set => _pipeline.Value = value;
    }

    /// <summary>A pipeline whose stages are all verified, and whose kernels are not inlined.</summary>
    /// <param name="emits">Whether kernels become machine code.</param>
    public static CompilePipeline Verified(bool emits) => new(new StageVerifier())
    {
        Emission = new EmissionOptions { EmitsCode = emits, CallsFor = long.MaxValue },
    };

    /// <inheritdoc cref="Aggregate.Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(Func<Variable<T>, Variable<T>> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Aggregate.Compile(function, name).On(Pipeline);

    /// <inheritdoc cref="Aggregate.Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Aggregate.Compile(function, name).On(Pipeline);

    /// <inheritdoc cref="Aggregate.Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>, Variable<T>, Variable<T>[]> function, string name = "aggregate")
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Aggregate.Compile(function, name).On(Pipeline);

    /// <inheritdoc cref="Aggregate.Compile{T}(Func{Variable{T}, Variable{T}}, string)"/>
    public static Aggregate<T> Compile<T>(
        Func<Variable<T>[], Variable<T>[]> function, string name = "aggregate", string[]? names = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Aggregate.Compile(function, name, names).On(Pipeline);
}
