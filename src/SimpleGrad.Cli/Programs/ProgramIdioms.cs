namespace SimpleGrad.Cli;

/// <summary>
/// What people write who come from mathematics, Python, MATLAB, R, spreadsheets or C#, and what is written here
/// instead: one table for each of symbols and names.
/// </summary>
internal static class ProgramIdioms
{
    public const string WholeQuotient =
        "'//' begins a comment. A quotient that is cut to a whole number is written Floor(a / b).";

    private const string Power = "A power is written Pow(x, 2).";
    private const string Product = "A product is written with *, as in a*b.";
    private const string Quotient = "A quotient is written with /, as in a/b.";
    private const string Minus = "This is another character than the minus sign: write -.";
    private const string And = "'And' of two comparisons is their product: (x > 0)*(x < 1).";
    private const string Or = "'Or' of two comparisons is written Maximum(x < 0, x > 1).";
    private const string Not = "'Not' of a comparison is written 1 - (x > 0).";
    private const string Equal = "Whether two values are equal is written EqualTo(a, b).";
    private const string NotEqual = "Whether two values differ is written NotEqualTo(a, b).";
    private const string Choice = "A choice is written Where(condition, a, b), as in Where(x > 0, x*x, -x).";
    private const string Absolute = "An absolute value is written Abs(x), and " + Or;
    private const string MatrixProduct = "A product of matrices or vectors is written MatMul(A, x).";
    private const string Transposed = "A matrix is transposed by A.Transpose().";
    private const string ElementWise = "Operators work element by element: write it without the point";
    private const string Assigned =
        "A variable keeps its value: declare a new one with 'var'; before the result stands no '='.";
    private const string Braces = "There are no braces: group with parentheses, and make lists with brackets, [a, b].";
    private const string Quotes = "There is no text in quotes: a program is made of variables and numbers.";
    private const string Function =
        "A program has no functions of its own: declare values with 'var', as in var t = x*x; t + 1.";
    private const string Comma = "This is another character than the comma: write ,.";
    private const string Parentheses = "This is another character than a parenthesis: write ( and ).";
    private const string Conjunction = "A sum is written x.Sum(), a product x.Prod(), a mean x.Mean().";
    private const string Loop = "A program has no loops: operators work on all elements, as in (x*y).Sum().";
    private const string Types = "Local variables are declared with 'var'; there are no other types.";
    private const string Notation =
        "It is made of variables, numbers, + - * /, comparisons, parentheses, operators such as Exp(x) or x.Sum(), "
        + "'var' and 'return'.";

    /// <summary>Symbols and keywords after a value.</summary>
    private static readonly Dictionary<string, string> _afterValue = new()
    {
        ["^"] = Power,
        ["**"] = Power,
        ["^="] = Power,
        [".*"] = $"{ElementWise}, a*b.",
        ["./"] = $"{ElementWise}, a/b.",
        [".^"] = $"{ElementWise}, Pow(x, 2).",
        [".'"] = Transposed,
        ["'"] = Transposed,
        ["’"] = Transposed,
        ["′"] = Transposed,
        ["%"] = "A remainder is written Remainder(a, b), with the sign of b, or Fmod(a, b), with the sign of a.",
        ["=="] = Equal,
        ["==="] = Equal,
        ["!="] = NotEqual,
        ["!=="] = NotEqual,
        ["<>"] = NotEqual,
        ["~="] = NotEqual,
        ["&&"] = And,
        ["&"] = And,
        ["||"] = Or,
        ["|"] = Absolute,
        ["?"] = Choice,
        ["if"] = Choice,
        ["??"] = "A value that is not a number is replaced by x.NanToNum().",
        ["!"] = "A factorial is written Exp(Lgamma(x + 1)).",
        ["@"] = MatrixProduct,
        ["="] = Assigned,
        ["+="] = Assigned,
        ["-="] = Assigned,
        ["*="] = Assigned,
        ["/="] = Assigned,
        ["%="] = Assigned,
        [":="] = Assigned,
        ["++"] = "'++' counts up in C#: write x + 1.",
        ["--"] = "'--' counts down in C#: write x - 1, or x - (-y).",
        ["=>"] = $"At least is written >=. {Function}",
        ["~"] = "A formula is its right side alone: leave out what stands before '~'.",
        [":"] = "A range is written with two points, 1..3, and without a name before it.",
        [";"] = "Arguments and elements are separated by commas.",
        ["\\"] = "A system of equations is solved by Solve(A, b); a quotient is written a/b.",
        ["in"] = Loop,
        ["is"] = Equal,
        ["as"] = Types,
    };

    /// <summary>Symbols and keywords where a value is missing.</summary>
    private static readonly Dictionary<string, string> _beforeValue = new()
    {
        ["!"] = Not,
        ["~"] = Not,
        ["|"] = Absolute,
        ["||"] = "A norm is written Norm(x). " + Or,
        ["="] = "A program begins with its expression: leave out '='.",
        ["**"] = Power,
        ["*"] = $"A value is missing before '*'. {Power}",
        ["^"] = "'^' counts an index from the end, as in x[^1]. " + Power,
        ["'"] = Quotes,
        ["`"] = Quotes,
        ["@"] = MatrixProduct,
        [":"] = "A range is written with two points: x[..] or x[1..3].",
        ["\\"] = "TeX's commands are written as operators: Sqrt(x), (a)/(b), PI.",
        ["&"] = And,
        ["&&"] = And,
        ["--"] = "'--' counts down in C#: write -(-x).",
        ["++"] = "'++' counts up in C#: write x.",
        ["if"] = $"A program has no if statement. {Choice}",
        ["switch"] = $"A program has no switch. {Choice}",
        ["for"] = Loop,
        ["foreach"] = Loop,
        ["while"] = Loop,
        ["do"] = Loop,
        ["double"] = Types,
        ["float"] = Types,
        ["int"] = Types,
        ["long"] = Types,
        ["decimal"] = Types,
        ["bool"] = Types,
        ["string"] = Types,
        ["object"] = Types,
        ["const"] = Types,
        ["void"] = Function,
        ["public"] = Types,
        ["static"] = Types,
        ["private"] = Types,
        ["readonly"] = Types,
    };

    /// <summary>Characters that are no part of the notation, where nothing is said of them above.</summary>
    private static readonly Dictionary<char, string> _characters = new()
    {
        ['−'] = Minus,
        ['–'] = Minus,
        ['—'] = Minus,
        ['‐'] = Minus,
        ['‑'] = Minus,
        ['‒'] = Minus,
        ['﹣'] = Minus,
        ['－'] = Minus,
        ['·'] = Product,
        ['⋅'] = Product,
        ['×'] = Product,
        ['∗'] = Product,
        ['•'] = Product,
        ['∙'] = Product,
        ['✕'] = Product,
        ['＊'] = Product,
        ['÷'] = Quotient,
        ['∕'] = Quotient,
        ['⁄'] = Quotient,
        ['／'] = Quotient,
        ['＋'] = "This is another character than the plus sign: write +.",
        ['⁰'] = Power,
        ['¹'] = Power,
        ['²'] = Power,
        ['³'] = "A power is written Pow(x, 3).",
        ['⁴'] = "A power is written Pow(x, 4).",
        ['⁵'] = Power,
        ['⁶'] = Power,
        ['⁷'] = Power,
        ['⁸'] = Power,
        ['⁹'] = Power,
        ['⁻'] = Power,
        ['⁺'] = Power,
        ['ⁿ'] = "A power is written Pow(x, n).",
        ['½'] = "A half is written 0.5.",
        ['¼'] = "A quarter is written 0.25.",
        ['¾'] = "Three quarters are written 0.75.",
        ['⅓'] = "A third is written 1.0/3.",
        ['√'] = "A root is written Sqrt(x).",
        ['∛'] = "A cubic root is written Sign(x)*Pow(Abs(x), 1.0/3).",
        ['≤'] = "'At most' is written <=.",
        ['≥'] = "'At least' is written >=.",
        ['≠'] = NotEqual,
        ['≡'] = Equal,
        ['≈'] = Equal,
        ['＝'] = Equal,
        ['∧'] = And,
        ['∨'] = Or,
        ['¬'] = Not,
        ['∞'] = "Infinity is written 1.0/0.",
        ['∑'] = Conjunction,
        ['∏'] = Conjunction,
        ['∫'] = "An integral of values is written Trapezoid(y).",
        ['∂'] = "Derivatives are what the tool computes: write the function alone.",
        ['∇'] = "Derivatives are what the tool computes: write the function alone.",
        ['±'] = "One sign is needed: write + or -.",
        ['°'] = "Angles are in radians: write x*PI/180.",
        ['‰'] = "A per mille is written 0.001.",
        ['“'] = Quotes,
        ['”'] = Quotes,
        ['„'] = Quotes,
        ['‘'] = Quotes,
        ['"'] = Quotes,
        ['，'] = Comma,
        ['、'] = Comma,
        ['；'] = Comma,
        ['（'] = Parentheses,
        ['）'] = Parentheses,
        ['⟨'] = Parentheses,
        ['⟩'] = Parentheses,
        ['{'] = Braces,
        ['}'] = Braces,
        ['#'] = "A comment begins with //.",
        ['$'] = $"A name has no '$'. {Quotes}",
        ['→'] = Function,
        ['←'] = Assigned,
    };

    /// <summary>Names of other languages, and what is written instead.</summary>
    private static readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["ln"] = "Log(x)",
        ["lg"] = "Log10(x)",
        ["ld"] = "Log2(x)",
        ["lb"] = "Log2(x)",
        ["logn"] = "Log(x)",
        ["log1px"] = "Log1p(x)",
        ["max"] = "Maximum(x, y), or of all elements Amax(x)",
        ["min"] = "Minimum(x, y), or of all elements Amin(x)",
        ["pmax"] = "Maximum(x, y)",
        ["pmin"] = "Minimum(x, y)",
        ["arcsin"] = "Asin(x)",
        ["arccos"] = "Acos(x)",
        ["arctan"] = "Atan(x)",
        ["arctan2"] = "Atan2(y, x)",
        ["arcsinh"] = "Asinh(x)",
        ["arccosh"] = "Acosh(x)",
        ["arctanh"] = "Atanh(x)",
        ["arsinh"] = "Asinh(x)",
        ["arcosh"] = "Acosh(x)",
        ["artanh"] = "Atanh(x)",
        ["tg"] = "Tan(x)",
        ["ctg"] = "1/Tan(x)",
        ["cot"] = "1/Tan(x)",
        ["sec"] = "1/Cos(x)",
        ["csc"] = "1/Sin(x)",
        ["cosec"] = "1/Sin(x)",
        ["sh"] = "Sinh(x)",
        ["ch"] = "Cosh(x)",
        ["th"] = "Tanh(x)",
        ["coth"] = "1/Tanh(x)",
        ["sech"] = "1/Cosh(x)",
        ["csch"] = "1/Sinh(x)",
        ["power"] = "Pow(x, y)",
        ["sqr"] = "Square(x)",
        ["cbrt"] = "Sign(x)*Pow(Abs(x), 1.0/3)",
        ["root"] = "Pow(x, 1.0/n)",
        ["fabs"] = "Abs(x)",
        ["magnitude"] = "Abs(x)",
        ["sgn"] = "Sign(x)",
        ["signum"] = "Sign(x)",
        ["ceil"] = "Ceiling(x)",
        ["trunc"] = "Truncate(x)",
        ["fix"] = "Truncate(x)",
        ["mod"] = "Remainder(x, y)",
        ["rem"] = "Fmod(x, y)",
        ["div"] = "Floor(x / y)",
        ["heaviside"] = "x > 0",
        ["step"] = "x > 0",
        ["logistic"] = "Sigmoid(x)",
        ["expit"] = "Sigmoid(x)",
        ["iif"] = "Where(condition, a, b)",
        ["ifelse"] = "Where(condition, a, b)",
        ["cond"] = "Where(condition, a, b)",
        ["piecewise"] = "Where(condition, a, b)",
        ["select"] = "Where(condition, a, b)",
        ["and"] = "(x > 0)*(x < 1)",
        ["or"] = "Maximum(x < 0, x > 1)",
        ["not"] = "1 - (x > 0)",
        ["xor"] = "NotEqualTo(a, b)",
        ["average"] = "Mean(x)",
        ["avg"] = "Mean(x)",
        ["stdev"] = "Std(x)",
        ["variance"] = "Var(x)",
        ["sumproduct"] = "(x*y).Sum()",
        ["sumsq"] = "x.Square().Sum()",
        ["inv"] = "Inverse(x)",
        ["transp"] = "x.Transpose()",
        ["mmult"] = "MatMul(A, B)",
        ["matmult"] = "MatMul(A, B)",
        ["mm"] = "MatMul(A, B)",
        ["inner"] = "Dot(x, y)",
        ["factorial"] = "Exp(Lgamma(x + 1))",
        ["gamma"] = "Exp(Lgamma(x))",
        ["tgamma"] = "Exp(Lgamma(x))",
        ["gammaln"] = "Lgamma(x)",
        ["loggamma"] = "Lgamma(x)",
        ["psi"] = "Digamma(x)",
        ["beta"] = "Exp(Lgamma(a) + Lgamma(b) - Lgamma(a + b))",
        ["concat"] = "Concatenate([x, y])",
        ["cat"] = "Concatenate([x, y])",
        ["array"] = "Stack([a, b])",
        ["tensor"] = "Stack([a, b])",
        ["len"] = "a number: the lengths of variables are known",
        ["length"] = "a number: the lengths of variables are known",
        ["size"] = "a number: the lengths of variables are known",
        ["shape"] = "a number: the lengths of variables are known",
        ["lambda"] = "the expression alone",
        ["def"] = "the expression alone",
        ["function"] = "the expression alone",
        ["let"] = "var t = x*x;",
        ["print"] = "the expression alone",
        ["elif"] = "Where(condition, a, b)",
        ["then"] = "Where(condition, a, b)",
        ["iff"] = "Where(condition, a, b)",
    };

    /// <summary>Values of other languages, and letters that stand for something.</summary>
    private static readonly Dictionary<string, string> _values = new()
    {
        ["π"] = "PI",
        ["τ"] = "2*PI",
        ["tau"] = "2*PI",
        ["ℯ"] = "E",
        ["ⅇ"] = "E",
        ["inf"] = "1.0/0",
        ["Inf"] = "1.0/0",
        ["infinity"] = "1.0/0",
        ["Infinity"] = "1.0/0",
        ["PositiveInfinity"] = "1.0/0",
        ["NegativeInfinity"] = "-1.0/0",
        ["nan"] = "0.0/0",
        ["NaN"] = "0.0/0",
        ["NAN"] = "0.0/0",
        ["True"] = "true",
        ["TRUE"] = "true",
        ["False"] = "false",
        ["FALSE"] = "false",
        ["None"] = "0",
        ["Σ"] = "x.Sum()",
        ["Π"] = "x.Prod()",
        ["Γ"] = "Exp(Lgamma(x))",
        ["Φ"] = "0.5*Erfc(-x/Sqrt(2))",
        ["T"] = "x.Transpose()",
    };

    private static readonly HashSet<string> _libraries =
    [
        "Math", "MathF", "System", "np", "numpy", "math", "cmath", "torch", "tf", "jnp", "jax", "scipy", "sp",
        "special", "nn",
        "Tensor", "TensorPrimitives", "Variable", "Derivatives", "Double", "Single",
    ];

    /// <summary>All that is said to be written.</summary>
    public static IEnumerable<string> Answers =>
        [.. _afterValue.Values, .. _beforeValue.Values, .. _characters.Values, .. _names.Values, .. _values.Values];

    /// <summary>Those of the names that stand between values or before them, as operators and keywords do.</summary>
    private static readonly HashSet<string> _words =
    [
        "and", "or", "not", "xor", "mod", "rem", "div", "lambda", "def", "function", "let", "print", "then", "elif",
    ];

    /// <summary>What to write instead of a symbol that cannot stand where it does.</summary>
    public static string For(Token token, bool afterValue)
    {
        if ((afterValue ? _afterValue : _beforeValue).TryGetValue(token.Text, out string? hint)
            || (token.Text.Length == 1 && _characters.TryGetValue(token.Text[0], out hint)))
            return hint;
        string what = token.Kind == TokenKind.End ? "the end"
            : token.Text.Length == 1 && !char.IsAscii(token.Text[0])
            ? $"the character '{token.Text}' (U+{(int)token.Text[0]:X4})"
            : $"'{token.Text}'";
        return token.Kind == TokenKind.Keyword ? $"A program has no '{token.Text}'. {Notation}"
            : afterValue ? $"An operator is missing before {what}. {Notation}"
            : $"A value is missing before {what}.";
    }

    /// <summary>What to write instead of a value that does not exist; null where nothing is known.</summary>
    public static string? ForValue(string name) => _values.GetValueOrDefault(name);

    /// <summary>What to write instead of an operator that does not exist; null where nothing is known.</summary>
    public static string? ForName(string name) => _values.GetValueOrDefault(name) ?? _names.GetValueOrDefault(name);

    /// <summary>What to write instead of a name, also where just its capitals are others.</summary>
    public static string? ForOperator(string name) =>
        Own(OperatorLookup.Names, name) is { } own ? $"{own}(x)"
        : Own(ProgramNames.Constants.Keys, name) ?? ForName(name);

    private static string? Own(IEnumerable<string> names, string name) =>
        names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether a name is that of a class or module with mathematical functions.</summary>
    public static bool IsLibrary(string name) => _libraries.Contains(name);

    /// <summary>What is wrong with <c>Math.Sin</c>.</summary>
    public static string Unqualified(string library, string name) =>
        $"There is no '{library}' here: operators and constants stand by themselves."
        + (ForOperator(name) is { } form ? $" Write {form}." : $" And there is no operator '{name}'.");

    /// <summary>What is wrong where a value follows a value.</summary>
    public static string Adjacent(Token left, Token right, string leftText) => (left.Kind, right.Kind) switch
    {
        _ when right.Kind == TokenKind.Name && ForWord(right.Text) is { } word =>
            $"'{right.Text}' is no operator here: write {word}.",
        (TokenKind.Name, _) when ForWord(left.Text) is { } word => $"'{left.Text}' is no operator here: write {word}.",
        (TokenKind.Name, _) when ForOperator(left.Text) is { } form && form.Contains('(', StringComparison.Ordinal) =>
            $"An operator takes its arguments in parentheses: {form}.",
        (TokenKind.Number, TokenKind.Number) =>
            $"Between {left.Text} and {right.Text} a comma or an operator is missing.",
        _ => $"An operator is missing: a product is written {leftText}*{(right.Text == "(" ? "(…)" : right.Text)}.",
    };

    private static string? ForWord(string name) => _words.Contains(name.ToLowerInvariant()) ? ForName(name) : null;
}
