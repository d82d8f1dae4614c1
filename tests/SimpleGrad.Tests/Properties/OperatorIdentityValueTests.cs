using System.Reflection;

namespace SimpleGrad.Tests.Properties;

/// <summary>Operators are values: type and parameters tell them apart, and nothing else does.</summary>
public sealed class OperatorIdentityValueTests
{
    private const BindingFlags Instances = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const BindingFlags Statics = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly LoopBody<double>[] _bodies =
    [
        .. Enumerable.Range(0, 2).Select(_ => new LoopBody<double>(
            "loop", CompilePipeline.Default.GraphOf<double>([Shape.Scalar], (_, x) => [x[0].Sin()]), 1, 0)),
    ];

    /// <summary>
    /// Values of parameters, by their type: each is made anew for each operator, and no two of one type are equal.
    /// </summary>
    private static readonly Dictionary<Type, Func<object?>[]> _values = new()
    {
        [typeof(bool)] = [() => false, () => true],
        [typeof(int)] = [() => 1, () => 0, () => 2],
        [typeof(double)] = [() => 2.0, () => 2.0000001, () => 0.0, () => -0.0, () => double.NaN],
        [typeof(string)] = [() => new string('a', 2), () => "b"],
        [typeof(Shape)] = [() => Shape.Create(2, 3), () => Shape.Create(3, 2), () => Shape.Create(6)],
        [typeof(int[])] =
            [() => (int[])[0, 1], () => (int[])[1, 0], () => (int[])[0], () => Array.Empty<int>(), () => null],
        [typeof(bool[])] = [() => (bool[])[true, false], () => (bool[])[false, true], () => (bool[])[true]],
        [typeof((int, int)[])] = [() => ((int, int)[])[(1, 2)], () => ((int, int)[])[(2, 1)]],
        [typeof(SliceBounds)] =
        [
            () => new SliceBounds(0, 1, 2, 3), () => new SliceBounds(1, 1, 2, 3), () => new SliceBounds(0, 0, 2, 3),
            () => new SliceBounds(0, 1, 1, 3), () => new SliceBounds(0, 1, 2, 2),
        ],
        [typeof(WindowAxis[])] =
        [
            () => (WindowAxis[])[new(2, 1, 1)], () => (WindowAxis[])[new(1, 1, 1)], () => (WindowAxis[])[new(2, 0, 1)],
            () => (WindowAxis[])[new(2, 1, 0)], () => (WindowAxis[])[new(2, 1, 1, 2)],
            () => (WindowAxis[])[new(2, 1, 1, 1, 2)], () => (WindowAxis[])[new(2, 1, 1), new(2, 1, 1)],
        ],
        [typeof(Tensor<int>)] =
        [
            () => Tensor.Create([0, 1, 1, 0], [2, 2]), () => Tensor.Create([0, 1, 0, 0], [2, 2]),
            () => Tensor.Create([0, 1, 1, 0], [4]), () => Tensor.Create([0, 1], [1, 2]).Expand([2, 2]),
        ],
        [typeof(EigenvaluePair[])] =
        [
            () => (EigenvaluePair[])[new(0, 1, 2, true)], () => (EigenvaluePair[])[new(0, 1, 2, false)],
            () => Array.Empty<EigenvaluePair>(), () => null,
        ],
        [typeof(Operator<double>[])] =
        [
            () => (Operator<double>[])[new PermuteOperator<double>([1, 0])],
            () => (Operator<double>[])[new PermuteOperator<double>([0, 1])], () => Array.Empty<Operator<double>>(),
        ],
        [typeof(LoopBody<double>)] = [() => _bodies[0], () => _bodies[1]],
        [typeof(IndexFinder<double>)] = [() => new Finder(0), () => new Finder(1)],
    };

    /// <summary>All but those that stand for a function, of which no two are known to be equal.</summary>
    public static TheoryData<string> Operators =>
        [.. All.Where(type => !Constructor(type).GetParameters().Any(IsFunction)).Select(type => type.Name)];

    private static IEnumerable<Type> All =>
        from type in typeof(Operator<>).Assembly.GetTypes()
        where type is { IsAbstract: false, IsGenericTypeDefinition: true } && type.GetGenericArguments().Length == 1
        where type.BaseType is { IsGenericType: true }
        let made = type.MakeGenericType(typeof(double))
        where made.IsAssignableTo(typeof(Operator<double>))
        select made;

    [Fact]
    public void Only_functions_are_known_by_reference() => Assert.Equal(
        [
            "AggregateOperator`1", "CompiledOperator`1", "ImplicitFunction`1", "LanesOperator`1",
            "OwnTapeOperator`1", "Recomputation`1", "WhileOperator`1",
        ],
        All.Select(type => type.Name).Except(Operators.Select(row => row.Data)).Order());

    [Theory, MemberData(nameof(Operators))]
    public void Parameters_and_nothing_else_tell_operators_apart(string name)
    {
        Type type = All.Single(each => each.Name == name);
        ConstructorInfo constructor = Constructor(type);
        ParameterInfo[] parameters = constructor.GetParameters();
        if (parameters.Length == 0)
        {
            // There is one of it.
            Assert.Contains(type.GetProperties(Statics), property => property.PropertyType == type);
            return;
        }
        Func<object?>[] usual = Array.ConvertAll(parameters, parameter => _values[parameter.ParameterType][0]);
        object one = Make(usual);
        Assert.True(one.Equals(Make(usual)));
        Assert.Equal(one.GetHashCode(), Make(usual).GetHashCode());
        var others = new List<object> { one };
        for (int i = 0; i < parameters.Length; i++)
        {
            foreach (Func<object?> value in _values[parameters[i].ParameterType].Skip(1))
            {
                object other = Make([.. usual[..i], value, .. usual[(i + 1)..]]);
                Assert.DoesNotContain(others, other.Equals);
                others.Add(other);
            }
        }

        object Make(Func<object?>[] values) =>
            ((Operator<double>)constructor.Invoke(Array.ConvertAll(values, value => value()))).Identity;
    }

    /// <summary>What is written twice, on the same variables, is computed once.</summary>
    [Theory, MemberData(nameof(OperatorIdentityUses))]
    public void Equal_operators_on_equal_inputs_are_one(string name)
    {
        OperatorUse<double> use = OperatorTable<double>.All.Single(each => each.Name == name);
        Shape[] shapes = OperatorPropertyTests.ShapesFor(use).Last(fitting => fitting[0].FlattenedLength < 100);
        // The gradients too, which gather, scatter, pad and sum in ways of their own.
        Variable<double>[] Once(Tape<double> tape, Variable<double>[] x, Variable<double> result) =>
            [result, .. tape.Grad((result * result).Sum(), x).Select(gradient => gradient ?? tape.Constant(0.0))];
        Graph<double> once = Passed((tape, x) => Once(tape, x, use.Apply(x, 1)));
        Graph<double> twice = Passed(
            (tape, x) => [.. Once(tape, x, use.Apply(x, 1)), .. Once(tape, x, use.Apply(x, 1))]);
        if (Array.Exists(once.Nodes.ToArray(), node => node.Constant is not null && !node.IsUniform(out _)))
            return; // a tensor that the use makes each time
        Assert.Equal(Operations(once), Operations(twice));

        Graph<double> Passed(Func<Tape<double>, Variable<double>[], Variable<double>?[]> function) =>
            CompilePipeline.Default.GraphOf(shapes, function);

        static int Operations(Graph<double> graph) =>
            graph.Needed().Index().Count(each => each.Item && graph[each.Index].Operator is not null);
    }

    public static TheoryData<string> OperatorIdentityUses => Compiler.OperatorIdentityTests.Uses;

    private static ConstructorInfo Constructor(Type type) =>
        type.GetConstructors(Instances).MaxBy(constructor => constructor.GetParameters().Length)!;

    private static bool IsFunction(ParameterInfo parameter) =>
        parameter.ParameterType.IsAssignableTo(typeof(Delegate))
        || parameter.ParameterType == typeof(CompiledFunction<double>)
        || parameter.ParameterType == typeof(LaneBlock<double>[]);

    private sealed record Finder(int Axis) : IndexFinder<double>
    {
        public override Tensor<int> Find(Tensor<double> x) => Tensor.Scalar(Axis);

        public override double Cost(Shape x) => 0;
    }
}
