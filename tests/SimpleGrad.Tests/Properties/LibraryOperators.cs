using System.Numerics;

namespace SimpleGrad.Tests.Properties;

/// <summary>The library's operators, found by looking for the classes.</summary>
internal static class LibraryOperators
{
    /// <summary>
    /// Those for aggregates, which users fill in; those that stand for gathers in traced functions; those that look
    /// whether there is a derivative where eigenvalues coincide; and those that only the compiler applies.
    /// </summary>
    private static readonly Type[] _others =
    [
        typeof(AggregateOperator<>), typeof(CompiledOperator<>), typeof(Recomputation<>), typeof(ImplicitFunction<>),
        typeof(LoopOperator<>), typeof(OwnTapeOperator<>), typeof(WhileOperator<>),
        typeof(GatherFoundOperator<>), typeof(ScatterFoundOperator<>),
        typeof(LimitChoiceOperator<>), typeof(SameWhereEqualOperator<>),
        typeof(ElementOperator<>), typeof(PackOperator<>), typeof(LanesOperator<>),
    ];

    /// <summary>The classes without their element types.</summary>
    public static Type[] All { get; } =
    [
        .. from type in typeof(Operator<>).Assembly.GetTypes()
           where type is { IsAbstract: false, IsGenericTypeDefinition: true } && !_others.Contains(type)
           where type.GetGenericArguments().Length == 1 && type.BaseType is { IsGenericType: true }
           where type.MakeGenericType(typeof(double)).IsAssignableTo(typeof(Operator<double>))
           select type,
    ];

    /// <summary>The classes of the operators that a tape has recorded.</summary>
    public static IEnumerable<Type> On<T>(Tape<T> tape) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < tape.Count; i++)
            yield return tape.EntryAt(i).Operator.GetType().GetGenericTypeDefinition();
    }
}
