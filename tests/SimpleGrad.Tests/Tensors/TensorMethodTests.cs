using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimpleGrad.Tests.Tensors;

/// <summary>Tensors have the methods, operators and functions of variables, and these give the same numbers.</summary>
public sealed class TensorMethodTests
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static;

    /// <summary>What variables have, and tensors have not, with the reason.</summary>
    private static readonly Dictionary<string, string> _exceptions = new()
    {
        ["get_Tape"] = "a tensor is on no tape",
        ["get_Name"] = "names are those on a tape",
        ["get_Value"] = "a tensor is a value",
        ["Detach"] = "a tensor has no gradient",
        ["get_Part"] = "indexers take spans; the test of indexers has them",
    };

    /// <summary>Symmetric and positive definite, with elements between 0 and 1: it suits most methods.</summary>
    private static readonly Tensor<double> _matrix =
        Tensor.FromArray<double>(new[,] { { 0.9, 0.2, 0.1 }, { 0.2, 0.8, 0.3 }, { 0.1, 0.3, 0.7 } });

    private static readonly Tensor<double> _vector = Tensor.Create<double>([0.5, -1, 2]);
    private static readonly Tensor<int> _indices = Tensor.Create([2, 0, 1]);
    private static readonly Tensor<int> _square =
        Tensor.FromArray<int>(new[,] { { 2, 0, 1 }, { 1, 1, 0 }, { 0, 2, 2 } });

    /// <summary>Arguments of the methods that take others than <see cref="Argument"/> gives.</summary>
    private static readonly Dictionary<string, object?[]> _arguments = new()
    {
        ["AvgPool1d(int, int?, int, bool, bool)"] = [Numbers(1, 2, 6), 2],
        ["AvgPool2d(int, int?, int, bool, bool, int?)"] = [Numbers(1, 2, 4, 4), 2],
        ["AvgPool2d((int, int), (int, int)?, (int, int)?, bool, bool, int?)"] =
            [Numbers(1, 2, 4, 4), (2, 3), (2, 1), (1, 1), false, false],
        ["BatchNorm(V, V, V, V, double)"] = [Numbers(2, 3, 2), Numbers(3), null, Numbers(3), Numbers(3)],
        ["Chunk(int, int)"] = [_matrix, 2],
        ["Clamp(V, V)"] = [_matrix, _matrix * 0.9, null],
        ["Clamp(double?, double?)"] = [_matrix, 0.2, null],
        ["Conv1d(V, V, int, int, int, int)"] = [Numbers(1, 2, 6), Numbers(2, 2, 3)],
        ["Conv1d(V, V, ConvolutionPadding, int, int)"] = [Numbers(1, 2, 6), Numbers(2, 2, 3), Numbers(2)],
        ["Conv2d(V, V, int, int, int, int)"] = [Numbers(1, 2, 4, 4), Numbers(2, 2, 3, 3)],
        ["Conv2d(V, V, (int, int), (int, int)?, (int, int)?, int)"] =
            [Numbers(1, 2, 4, 4), Numbers(2, 2, 3, 3), null, (1, 2)],
        ["Conv2d(V, V, ConvolutionPadding, int, int)"] = [Numbers(1, 2, 4, 4), Numbers(2, 2, 3, 3), null],
        ["Conv3d(V, V, int, int, int, int)"] = [Numbers(1, 2, 3, 4, 4), Numbers(2, 2, 3, 3, 3)],
        ["Conv3d(V, V, (int, int, int), (int, int, int)?, (int, int, int)?, int)"] =
            [Numbers(1, 2, 3, 4, 4), Numbers(2, 2, 3, 3, 3), null, (1, 1, 2)],
        ["Conv3d(V, V, ConvolutionPadding, int, int)"] = [Numbers(1, 2, 3, 4, 4), Numbers(2, 2, 3, 3, 3), null],
        ["ConvTranspose1d(V, V, int, int, int, int, int)"] = [Numbers(1, 2, 6), Numbers(2, 2, 3)],
        ["ConvTranspose2d(V, V, int, int, int, int, int)"] = [Numbers(1, 2, 4, 4), Numbers(2, 2, 3, 3)],
        ["ConvTranspose2d(V, V, (int, int), (int, int)?, (int, int)?, int, (int, int)?)"] =
            [Numbers(1, 2, 4, 4), Numbers(2, 2, 3, 3), null, (2, 1)],
        ["Dot(V)"] = [_vector, _vector],
        ["Einsum(string, V[])"] = ["ij,kj->ik", new[] { _matrix, _matrix }],
        ["Expand(int[])"] = [_matrix, new[] { 2, 3, 3 }],
        ["Expand(Shape)"] = [_matrix, Shape.Create(2, 3, 3)],
        ["Gather(int, Tensor)"] = [_matrix, 1, _square],
        ["Glu(int)"] = [Numbers(2, 4)],
        ["GroupNorm(int, V, V, double)"] = [Numbers(2, 4, 3), 2],
        ["HouseholderProduct(V)"] = [_matrix, _vector],
        ["IndexPut(Tensor[], V, bool)"] = [_matrix, new[] { _indices }, _matrix],
        ["Item()"] = [Tensor.Scalar(2.5)],
        ["LayerNorm(int[], V, V, double)"] = [_matrix, new[] { 3 }],
        ["MaxPool1d(int, int?, int, int, bool)"] = [Numbers(1, 2, 6), 2],
        ["MaxPool2d(int, int?, int, int, bool)"] = [Numbers(1, 2, 4, 4), 2],
        ["MaxPool2d((int, int), (int, int)?, (int, int)?, (int, int)?, bool)"] =
            [Numbers(1, 2, 4, 4), (2, 3), (2, 1), (1, 1)],
        ["Meshgrid(V[])"] = [new[] { _vector, _vector }],
        ["MoveAxis(int, int)"] = [_matrix, 0, 1],
        ["NanToNum(double, double?, double?)"] = [Tensor.Create<double>([1, double.NaN, double.PositiveInfinity])],
        ["Narrow(int, int, int)"] = [_matrix, 1, 1, 2],
        ["Outer(V)"] = [_vector, _vector],
        ["Pad((int, int)[], PadMode, double)"] = [_matrix, new[] { (1, 0), (0, 2) }],
        ["Prelu(V)"] = [_matrix - 0.5, Tensor.Scalar(0.1)],
        ["Permute(int[])"] = [_matrix, new[] { 1, 0 }],
        ["Repeat(int[])"] = [_matrix, new[] { 1, 2 }],
        ["RepeatInterleave(Tensor, int)"] = [_matrix, _indices, 0],
        ["Reshape(Shape)"] = [_matrix, Shape.Create(9)],
        ["Reshape(int[])"] = [_matrix, new[] { 9, -1 }],
        ["RmsNorm(int[], V, double?)"] = [_matrix, new[] { 3 }],
        ["Scatter(int, Tensor, V)"] = [_matrix, 0, _square, _matrix],
        ["Scatter(int, Tensor, double)"] = [_matrix, 1, _square, 0.5],
        ["ScatterAdd(int, Tensor, V)"] = [_matrix, 0, _square, _matrix],
        ["SolveTriangular(V, bool, bool, bool)"] = [_matrix, _matrix, true],
        ["Split(int[], int)"] = [_matrix, new[] { 1, 2 }],
        ["SumTo(Shape)"] = [_matrix, Shape.Create(3)],
        ["SumTo(int[])"] = [_matrix, new[] { 1, 3 }],
        ["TakeAlongAxis(int, Tensor)"] = [_matrix, 1, _square],
        ["TensorDot(V, V, int[], int[])"] = [_matrix, _matrix, new[] { 0 }, new[] { 1 }],
        ["Tile(int[])"] = [_matrix, new[] { 2, 1 }],
        ["ToString()"] = [_matrix],
        ["ToString(string, IFormatProvider)"] = [_matrix, "F2"],
        ["Transpose(int, int)"] = [_matrix, 0, 1],
        ["Unflatten(int, int[])"] = [_matrix, 0, new[] { 3, 1 }],
        ["Unfold(int, int, int)"] = [_matrix, 0, 2, 1],
    };

    private static readonly MethodInfo[] _methods =
    [
        .. Declared(typeof(Variable<double>)), .. Declared(typeof(Variable)).Select(OfDouble),
    ];

    public static TheoryData<string> Signatures =>
        new(_methods.Where(method => !_exceptions.ContainsKey(method.Name)).Select(Signature));

    [Theory]
    [MemberData(nameof(Signatures))]
    public void A_tensor_has_it_and_gives_the_same_numbers(string signature)
    {
        MethodInfo onVariables = _methods.Single(method => Signature(method) == signature);
        MethodInfo onTensors = Assert.Single(
            TensorMethods().Where(method => Signature(method) == signature).DistinctBy(method => method.ToString()));
        object?[] arguments = Complete(signature, onVariables);
        var tape = new Tape<double>();
        object?[] variables = Array.ConvertAll(arguments, argument => OnTape(tape, argument));
        Assert.Equal(Numbers(Call(onVariables, variables)), Numbers(Call(onTensors, arguments)));
    }

    [Fact]
    public void Indexers_are_those_of_variables()
    {
        Variable<double> x = new Tape<double>().Variable(Numbers(3, 3, 4));
        Tensor<double> y = x.Value;
        Assert.Equal(Numbers(x[1]), Numbers(y[1]));
        Assert.Equal(Numbers(x[^1, 2]), Numbers(y[^1, 2]));
        Assert.Equal(Numbers(x[1, 2, 3]), Numbers(y[1, 2, 3]));
        Assert.Equal(y.GetValue(1, 2, 3), y[1, 2, 3].Item());
        Assert.Equal(Numbers(x[1..3, ..^1]), Numbers(y[1..3, ..^1]));
        Assert.Equal(Numbers(x[.., 0, 1..]), Numbers(y[.., 0, 1..]));
        Assert.Equal([3, 3], y[.., 0, 1..].Shape);
        Assert.Equal(y.GetValue(2, 0, 3), y[.., 0, 1..].GetValue(2, 2));
        Assert.Equal(Numbers(x[_indices]), Numbers(y[_indices]));
        Assert.Equal(Numbers(x[_indices, _square]), Numbers(y[_indices, _square]));
        Assert.Equal(Numbers(x[_indices, _square, _indices]), Numbers(y[_indices, _square, _indices]));
        Assert.True(y[1].SharesMemory(y), "an element of the first axis is a view");
        Assert.Throws<ArgumentException>(() => y[0, 0, 0, 0]);
        Assert.Equal(
            "select: index 3 lies outside axis 1 of shape (3, 3, 4).",
            Assert.Throws<ArgumentOutOfRangeException>(() => y[0, 3]).Message.Split(" (Parameter")[0]);
        Assert.Contains("the last element is ^1", Assert.Throws<ArgumentOutOfRangeException>(() => y[^0]).Message);
        Assert.Contains("write ^1 to count from", Assert.Throws<ArgumentOutOfRangeException>(() => y[-1]).Message);
    }

    [Fact]
    public void A_span_looks_at_the_elements_themselves()
    {
        Tensor<double> x = Numbers(2, 3);
        Assert.Equal(x.ToArray(), x.AsReadOnlySpan().ToArray());
        Assert.True(x[1].AsReadOnlySpan() == x.AsReadOnlySpan()[3..], "no copy is made");
        Assert.Equal([2.5], Tensor.Scalar(2.5).AsReadOnlySpan().ToArray());
        string message = Assert.Throws<InvalidOperationException>(() => x.Transpose().AsReadOnlySpan()).Message;
        Assert.StartsWith("A view of shape (3, 2) with strides (1, 3) has no row-major block", message);
        Assert.Equal(x.Transpose().ToArray(), x.Transpose().Clone().AsReadOnlySpan().ToArray());
        Assert.False(x.Clone().SharesMemory(x), "a clone has memory of its own");
        Assert.Equal([1, 2], Tensor.Create([1, 2]).Clone().ToArray());
    }

    [Fact]
    public void Exceptions_are_of_methods_that_there_are() =>
        Assert.All(_exceptions.Keys, name => Assert.Contains(_methods, method => method.Name == name));

    [Fact]
    public void Operands_that_are_null_have_their_name_in_the_error()
    {
        Assert.Throws<ArgumentNullException>("target", () => _matrix.MseLoss(null!));
        Assert.Throws<ArgumentNullException>("x", () => ((Tensor<double>)null!).Sum(0));
        Assert.Throws<ArgumentNullException>("parts", () => Tensor.Stack<double>(null!));
        Assert.Throws<ArgumentException>(() => Tensor.Concatenate(Array.Empty<Tensor<double>>()));
    }

    [Fact]
    public void Tensors_of_whole_numbers_have_no_arithmetic_and_say_so() => Assert.Contains(
        "Tensors of Int32 have no arithmetic", Assert.Throws<NotSupportedException>(() => _indices + _indices).Message,
        StringComparison.Ordinal);

    /// <summary>A tensor outside any tape is no plain number, whichever number it begins with.</summary>
    [Fact]
    public void A_tensor_that_begins_with_one_is_a_factor()
    {
        Tensor<double> x = Tensor.Create<double>([1, 2, 3]);
        Assert.Equal([1, 4, 9], x.Addcmul(x, x, 1).ToArray().Zip(x.ToArray(), (sum, each) => sum - each));
        Assert.Equal([2, 8, 18], x.Lerp(x * 3, x).ToArray().Zip([1.0, 2, 3], (y, each) => y - each));
        Assert.Equal([1, 4, 27], x.Pow(x).ToArray());
    }

    private static MethodInfo[] Declared(Type type) =>
        type.GetMethods(Public | BindingFlags.DeclaredOnly);

    private static IEnumerable<MethodInfo> TensorMethods() =>
    [
        .. Declared(typeof(Tensor<double>)), .. Declared(typeof(Tensor)).Select(OfDouble),
        .. Declared(typeof(TensorArithmetic)).Select(OfDouble),
    ];

    private static MethodInfo OfDouble(MethodInfo method)
    {
        try
        {
            return method.IsGenericMethodDefinition ? method.MakeGenericMethod(typeof(double)) : method;
        }
        catch (ArgumentException)
        {
            return method; // of whole numbers alone
        }
    }

    /// <summary>Name and parameters: tensors and variables are V, and the name of a result does not count.</summary>
    private static string Signature(MethodInfo method)
    {
        bool isExtension = method.IsDefined(typeof(ExtensionAttribute), false);
        IEnumerable<string> types =
            from parameter in method.GetParameters().Skip(isExtension ? 1 : 0)
            where parameter.Name != "name"
            select TypeName(parameter.ParameterType);
        return $"{method.Name}({string.Join(", ", types)})";
    }

    private static string TypeName(Type type) =>
        type == typeof(Variable<double>) || type == typeof(Tensor<double>) ? "V"
        : type == typeof(IReadOnlyList<Variable<double>>) || type == typeof(IReadOnlyList<Tensor<double>>) ? "V[]"
        : type == typeof(int) ? "int"
        : type == typeof(double) ? "double"
        : type == typeof(bool) ? "bool"
        : type == typeof(string) ? "string"
        : type.IsArray ? $"{TypeName(type.GetElementType()!)}[]"
        : Nullable.GetUnderlyingType(type) is { } own ? $"{TypeName(own)}?"
        : type.Name.StartsWith("ValueTuple", StringComparison.Ordinal)
            ? $"({string.Join(", ", type.GetGenericArguments().Select(TypeName))})"
        : type.Name.Split('`')[0];

    private static object?[] Complete(string signature, MethodInfo method)
    {
        ParameterInfo[] parameters = method.GetParameters();
        object?[] given = _arguments.GetValueOrDefault(signature) ?? (method.IsStatic ? [] : [_matrix]);
        int own = method.IsStatic ? 0 : 1;
        return
        [
            .. given,
            .. parameters[Math.Min(given.Length - own, parameters.Length)..].Where(each => each.Name != "name")
                .Select(Argument),
        ];
    }

    private static object? Argument(ParameterInfo parameter) =>
        parameter.HasDefaultValue ? Default(parameter)
        : parameter.ParameterType switch
        {
            var type when type == typeof(Variable<double>) => _matrix,
            var type when type == typeof(IReadOnlyList<Variable<double>>) => new[] { _matrix, _matrix },
            var type when type == typeof(Tensor<int>) => _indices,
            var type when type == typeof(int[]) => new[] { 0, 1 },
            var type when type == typeof(double) => 0.5,
            var type when type == typeof(int) => 1,
            var type when type.IsEnum => Activator.CreateInstance(type),
            var type => throw new InvalidOperationException($"Give an argument of type {type}."),
        };

    private static object? Default(ParameterInfo parameter) => parameter.ParameterType switch
    {
        { IsEnum: true } type => Enum.ToObject(type, parameter.DefaultValue!),
        _ => parameter.DefaultValue,
    };

    private static object? OnTape(Tape<double> tape, object? argument) => argument switch
    {
        Tensor<double> tensor => tape.Variable(tensor),
        Tensor<double>[] tensors => Array.ConvertAll(tensors, tensor => tape.Variable(tensor)),
        _ => argument,
    };

    private static object? Call(MethodInfo method, object?[] arguments)
    {
        object? target = method.IsStatic ? null : arguments[0];
        object?[] others = method.IsStatic ? arguments : arguments[1..];
        return method.Invoke(target, [.. others, .. method.GetParameters()[others.Length..].Select(Default)]);
    }

    private static double[] Numbers(object? result) => result switch
    {
        Variable<double> variable => Numbers(variable.Value),
        Tensor<double> tensor => [.. Numbers(tensor.Shape), .. tensor.ToArray()],
        Tensor<int> tensor => Array.ConvertAll(tensor.ToArray(), number => (double)number),
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).SelectMany(i => Numbers(tuple[i]))],
        Array array => [.. array.Cast<object>().SelectMany(Numbers)],
        double number => [number],
        int number => [number],
        string text => [.. text.Select(letter => (double)letter)],
        Shape shape => [.. shape.Select(length => (double)length)],
        _ => throw new InvalidOperationException($"{result} has no numbers."),
    };

    private static Tensor<double> Numbers(params int[] shape) =>
        Tensor.Random<double>(Shape.Create(shape), new Random(shape.Length));
}
