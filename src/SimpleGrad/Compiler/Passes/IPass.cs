using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// Makes a graph better. The new graph computes the same and has the same derivatives, so that it can be differentiated
/// in its place.
/// </summary>
internal interface IPass
{
    static abstract string Name { get; }

    static abstract Graph<T> Run<T>(Graph<T> graph) where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
