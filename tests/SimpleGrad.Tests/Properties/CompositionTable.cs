using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using SimpleGrad.Tests.Architecture;

namespace SimpleGrad.Tests.Properties;

/// <summary>The public functions that are composed of operators: one call of each, and what it records.</summary>
internal static class CompositionTable
{
    private static readonly Tensor<int> _index = Tensor.Create([1, 0]);

    private static readonly Composition[] _all =
    [
        Of((x, y, z) => x.Addcdiv(y, z)),
        Of((x, _, _) => x.AvgPool1d(2)), Of((x, _, _) => x.AvgPool2d(2), [1, 2, 2]),
        Of((x, _, _) => x.BatchNorm()), Of((x, y, _) => x.BinaryCrossEntropyWithLogits(y)),
        Of((x, y, _) => x.BinaryCrossEntropy(y)),
        Of((x, y, _) => x.Cdist(y)), Of((x, _, _) => x.Celu()), Of((x, _, _) => x.Chunk(2)[0]),
        Of((x, y, _) => x.Conv1d(y), [1, 1, 4], [1, 1, 2]), Of((x, y, _) => x.Conv2d(y), [1, 1, 4, 4], [1, 1, 2, 2]),
        Of((x, y, _) => x.Conv3d(y), [1, 1, 2, 2, 2], [1, 1, 2, 1, 1]),
        Of((x, y, _) => x.ConvTranspose1d(y), [1, 1, 4], [1, 1, 2]),
        Of((x, y, _) => x.ConvTranspose2d(y), [1, 1, 4, 4], [1, 1, 2, 2]),
        Of((x, y, _) => x.CopySign(y)), Of((x, y, _) => x.CosineSimilarity(y, 1)), Of((x, _, _) => x.Cov()),
        Of((x, y, _) => x.Cross(y)), Of((x, y, _) => x.CrossEntropy(y)),
        Of((x, _, _) => x.CumMax(1).Values), Of((x, _, _) => x.CumMin(1).Values),
        Of((x, _, _) => x.Diag(), [3, 3]), Of((x, _, _) => x.DiagEmbed()),
        Of((x, _, _) => x.Diff()), Of((x, y, _) => x.Dot(y), [3], [3]),
        Of((x, _, _) => x.Elu()), Of((x, _, _) => x.Embedding(_index)), Of((x, _, _) => x.Flatten()),
        Of((x, _, _) => x.Frac()), Of((x, _, _) => x.Glu(), [2, 4]), Of((x, _, _) => x.GroupNorm(3)),
        Of((x, _, _) => x.Hardshrink()), Of((x, _, _) => x.Hardsigmoid()), Of((x, _, _) => x.Hardswish()),
        Of((x, _, _) => x.Hardtanh()),
        Of((x, y, _) => x.HouseholderProduct(y), [3, 2], [2]), Of((x, y, _) => x.HuberLoss(y)),
        Of((x, y, _) => x.IndexCopy(0, _index, y)), Of((x, _, _) => x.IndexFill(0, _index, 0.5)),
        Of((x, y, _) => x.IndexPut([_index], y)), Of((x, _, _) => x.IsFinite()), Of((x, _, _) => x.IsInfinity()),
        Of((x, _, _) => x.IsNaN()), Of((x, y, _) => x.KlDiv(y)), Of((x, y, _) => x.Kron(y)),
        Of((x, _, _) => x.KthValue(1).Values), Of((x, y, _) => x.L1Loss(y)), Of((x, _, _) => x.LayerNorm([3])),
        Of((x, _, _) => x.LeakyRelu()), Of((x, y, _) => x.Lerp(y, 0.3)), Of((x, y, _) => x.Linear(y)),
        Of((x, _, _) => x.LogDet(), [2, 2]), Of((x, _, _) => x.LogSigmoid()),
        Of((x, y, _) => x.Lstsq(y), [3, 2], [3, 1]), Of((x, y, _) => x.MaskedFill(y, 0.5)),
        Of((x, y, _) => x.MaskedSelect(y)),
        Of((x, _, _) => x.MatrixNorm()), Of((x, _, _) => x.MatrixPower(3), [2, 2]), Of((x, _, _) => x.Max(1).Values),
        Of((x, _, _) => x.MaxPool1d(2)), Of((x, _, _) => x.MaxPool2d(2), [1, 2, 2]),
        Of((x, _, _) => x.Mean()), Of((x, _, _) => x.Median(1).Values), Of((x, _, _) => x.Min(1).Values),
        Of((x, _, _) => x.MoveAxis(0, 1)), Of((x, y, _) => x.MseLoss(y)),
        Of((x, _, _) => x.NanToNum()), Of((x, _, _) => x.Narrow(1, 0, 2)), Of((x, _, _) => x.NllLoss(_index)),
        Of((x, _, _) => x.Normalize(1)), Of((x, y, _) => x.NotEqualTo(y)), Of((x, y, _) => x.Outer(y), [3], [3]),
        Of((x, _, _) => x.Pinv(), [3, 2]),
        Of((x, y, _) => x.Prelu(y), [2, 3], []), Of((x, _, _) => x.Quantile(0.3, 1)), Of((x, _, _) => x.Relu6()),
        Of((x, _, _) => x.Repeat(2, 1)), Of((x, _, _) => x.RepeatInterleave(2, 1)), Of((x, _, _) => x.RmsNorm([3])),
        Of((x, _, _) => x.Roll(1, 1)), Of((x, _, _) => x.Rot90()),
        Of((x, y, _) => x.Scatter(1, Tensor.Create([1, 0], [2, 1]), y)),
        Of((x, _, _) => x.Select(1, 0)), Of((x, _, _) => x.Selu()), Of((x, _, _) => x.Silu()),
        Of((x, _, _) => x.Sinc()),
        Of((x, _, _) => x.SlogDet().LogAbsDet, [2, 2]), Of((x, y, _) => x.SmoothL1Loss(y)),
        Of((x, _, _) => x.Softmin(1)), Of((x, _, _) => x.Softshrink()), Of((x, _, _) => x.Softsign()),
        Of((x, _, _) => x.Sort(1).Values), Of((x, _, _) => x.Split(1)[0]), Of((x, _, _) => x.Squeeze(0), [1, 3]),
        Of((x, _, _) => x.Std(1)),
        Of((x, _, _) => x.Svdvals(), [3, 2]), Of((x, _, _) => x.TakeAlongAxis(_index)),
        Of((x, _, _) => x.Threshold(0.1, 0)), Of((x, _, _) => x.Tile(2)), Of((x, _, _) => x.TopK(1).Values),
        Of((x, _, _) => x.Trace(), [3, 3]), Of((x, _, _) => x.Transpose()), Of((x, _, _) => x.Trapezoid()),
        Of((x, _, _) => x.Tril(), [3, 3]), Of((x, _, _) => x.Triu(), [3, 3]), Of((x, _, _) => x.Unbind()[0]),
        Of((x, _, _) => x.Unflatten(0, 2, 1)), Of((x, _, _) => x.Unfold(1, 2, 1)),
        Of((x, _, _) => x.Unsqueeze(0)), Of((x, _, _) => x.Var(1)),
        Of((x, _, _) => x.VarMean([1]).Var), Of((x, y, _) => x.Xlogy(y)),
        Of((x, y, _) => Variable.Einsum("ij,kj->ik", x, y)), Of((x, y, _) => Variable.HStack([x, y])),
        Of((x, y, _) => Variable.Meshgrid(x, y)[0], [3], [2]),
        Of((x, y, z) => Variable.ScaledDotProductAttention(x, y, z)), Of((x, y, _) => Variable.Stack([x, y])),
        Of((x, y, _) => Variable.TensorDot(x, y, [1], [1])), Of((x, y, _) => Variable.VStack([x, y])),
    ];

    /// <summary>Operators that are called by other names than their own, and what writes in place.</summary>
    private static readonly HashSet<string> _others =
    [
        "truncate", "equalto", "solvetriangular", "erfinv", "pad", "convolution", "sumto", "fill", "zero", "assign",
        "copyfrom", "tostring",
    ];

    /// <summary>Functions that are neither an operator by name nor in the list.</summary>
    public static IEnumerable<string> Missing =>
        Functions.Select(method => method.Name).Distinct()
            .Where(name => !name.EndsWith("InPlace", StringComparison.Ordinal))
            .Where(name => !_others.Contains(Plain(name)) && !OperatorNames.Contains(Plain(name)))
            .Except(_all.Select(composition => composition.Name));

    /// <summary>The table in Markdown.</summary>
    public static string Text() => string.Concat(_all.Select(Row));

    private static HashSet<string> OperatorNames =>
    [
        .. from use in OperatorTable<double>.All
           from call in Recorded(use)
           select Plain(call),
    ];

    private static IEnumerable<MethodInfo> Functions =>
        from type in new[] { typeof(Variable<double>), typeof(Variable) }
        from method in type.GetMethods(
            BindingFlags.Public | BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static)
        where !method.IsSpecialName && method.ReturnType.ToString().Contains("SimpleGrad.Variable")
        select method;

    private static List<string> Recorded(OperatorUse<double> use)
    {
        var tape = new Tape<double>();
        Shape[] shapes = OperatorPropertyTests.ShapesFor(use)[0];
        var inputs = OperatorPropertyTests.Inputs(use, shapes).Select(value => tape.Variable(value));
        _ = use.Apply([.. inputs], 0);
        return Enumerable.Range(0, tape.Count).Select(i => tape.EntryAt(i).Operator.Name).ToList();
    }

    private static string Plain(string name) => name.Replace("_", "").ToLowerInvariant();

    private static string Row(Composition composition)
    {
        var tape = new Tape<double>();
        Variable<double>[] inputs =
        [
            .. composition.Shapes.Select(shape => tape.Variable(Tensor.Create<double>(
                [.. Enumerable.Range(0, shape.FlattenedLength).Select(i => 0.3 + i * 5 % 7 * 0.1)], shape))),
        ];
        _ = composition.Call(inputs[0], inputs[1], inputs[2]);
        string recorded = string.Join(
            ", ", from i in Enumerable.Range(0, tape.Count)
                  group i by $"`{tape.EntryAt(i).Operator.Name}`" into same
                  select same.Count() == 1 ? same.Key : $"{same.Count()} {same.Key}");
        return $"| `{composition.Text}` | {Summary(composition.Name)} | {(recorded == "" ? "nothing" : recorded)} |\n";
    }

    private static string Summary(string name)
    {
        ISymbol[] methods =
        [
            .. LibrarySource.Compilation.GetTypeByMetadataName(typeof(Variable<>).FullName!)!.GetMembers(name),
            .. LibrarySource.Compilation.GetTypeByMetadataName(typeof(Variable).FullName!)!.GetMembers(name),
        ];
        XElement summary = methods.Where(method => method.DeclaredAccessibility == Accessibility.Public)
            .Select(method => XElement.Parse($"<m>{method.GetDocumentationCommentXml()}</m>"))
            .SelectMany(comment => comment.Descendants("summary"))
            .MaxBy(element => element.Value.Length)!;
        foreach (XElement reference in summary.Descendants().Where(each => each.IsEmpty).ToList())
        {
            string target = (reference.Attribute("cref") ?? reference.Attribute("name"))!.Value;
            reference.ReplaceWith($"`{target.Split('(')[0].Split('.')[^1].Split('`')[0]}`");
        }
        return string.Join(' ', summary.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Replace("|", "\\|").Replace("*", "\\*");
    }

    private static Composition Of(
        Func<Variable<double>, Variable<double>, Variable<double>, Variable<double>> call, Shape? x = null,
        Shape? y = null, [CallerArgumentExpression(nameof(call))] string text = "")
    {
        string written = text[(text.IndexOf("=>", StringComparison.Ordinal) + 3)..];
        string name = written[(written.IndexOf('.') + 1)..written.IndexOf('(')];
        Shape matrix = [2, 3];
        return new Composition(written.Replace("_index", "index"), name, call, [x ?? matrix, y ?? matrix, matrix]);
    }

    private sealed record Composition(
        string Text, string Name, Func<Variable<double>, Variable<double>, Variable<double>, Variable<double>> Call,
        Shape[] Shapes);
}
