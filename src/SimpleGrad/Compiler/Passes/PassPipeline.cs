using System.Numerics;

namespace SimpleGrad;

/// <summary>The passes in their order.</summary>
internal static class PassPipeline
{
    /// <param name="graph">What was traced.</param>
    /// <param name="seen">Gets each pass's name and its graph, to show or to verify.</param>
    public static Graph<T> Run<T>(Graph<T> graph, Action<string, Graph<T>>? seen = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        See("trace", graph, seen);
        graph = Run<Simplification, T>(graph, seen);
        return Run<CommonSubexpressions, T>(graph, seen);
    }

    private static Graph<T> Run<TPass, T>(Graph<T> graph, Action<string, Graph<T>>? seen)
        where TPass : IPass
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Graph<T> result = TPass.Run(graph);
        See(TPass.Name, result, seen);
        return result;
    }

    private static void See<T>(string pass, Graph<T> graph, Action<string, Graph<T>>? seen)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (GraphVerifier.IsUsed)
            GraphVerifier.Verify(graph, pass);
        seen?.Invoke(pass, graph);
    }
}
