using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator that computes a graph again and again.</summary>
internal interface ILoop<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What each step computes, and the names of what it reads.</summary>
    (Graph<T> Graph, string[] Inputs) Body { get; }
}
