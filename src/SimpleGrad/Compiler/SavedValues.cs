using System.Numerics;

namespace SimpleGrad;

/// <summary>Decides which values an entry saves for propagate, and which propagate computes again.</summary>
internal static class SavedValues
{
    public static int[] Choose<T>(CompiledFunction<T> function) where T : unmanaged, IBinaryFloatingPointIeee754<T> => [];
}
