namespace SimpleGrad.Tests.LinearAlgebra;

public sealed class EinsumTests
{
    private static readonly Dictionary<char, int> _lengths = new() { ['i'] = 2, ['j'] = 3, ['k'] = 4, ['l'] = 1 };

    /// <summary>Against loops over all letters.</summary>
    [Theory]
    [InlineData("i,j->ij")]
    [InlineData("i,j->")]
    [InlineData("ij,j->ji")]
    [InlineData("ii->i")]
    [InlineData("iji->ij")]
    [InlineData("iij,jjk,k->ik")]
    [InlineData("ijk,k->j")]
    [InlineData("ikj,ijl->kil")]
    [InlineData("ij,kj,ki->jk")]
    [InlineData("i,i,i->")]
    public void Sum_is_that_of_loops(string equation)
    {
        var tape = new Tape<double>();
        string[] sides = equation.Split("->"), terms = sides[0].Split(',');
        Variable<double>[] operands = [.. terms.Select((term, i) => tape.Variable(Numbers(term, i)))];
        Tensor<double> actual = Variable.Einsum(equation, operands).Value;

        char[] letters = [.. equation.Where(char.IsLetter).Distinct()];
        var expected = new Dictionary<string, double>();
        foreach (Dictionary<char, int> place in Places(letters))
        {
            double product = 1;
            for (int i = 0; i < terms.Length; i++)
                product *= operands[i].Value.GetValue([.. terms[i].Select(letter => place[letter])]);
            string key = string.Join(' ', sides[1].Select(letter => place[letter]));
            expected[key] = expected.GetValueOrDefault(key) + product;
        }
        Assert.Equal(sides[1].Select(letter => _lengths[letter]), actual.Shape);
        foreach ((string key, double value) in expected)
        {
            int[] place = [.. key.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
            Assert.Equal(value, actual.GetValue(place), 1e-13);
        }
    }

    [Fact]
    public void Result_without_an_arrow_has_the_ellipsis_and_the_letters_that_occur_once()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Tensor.Zeros<double>([5, 2, 3])), y = tape.Variable(
            Tensor.Zeros<double>([3, 4]));
        Assert.Equal(Shape.Create(5, 4, 2), Variable.Einsum("...zj, jc", x, y).Shape);
        Assert.Equal(Shape.Create(2, 4), Variable.Einsum("...zj, jc -> zc", x, y).Shape);
    }

    [Fact]
    public void Axes_of_length_one_broadcast()
    {
        var tape = new Tape<double>();
        Variable<double> x = tape.Variable(Tensor.Create<double>([1, 2], [2, 1]));
        Variable<double> y = tape.Variable(Tensor.Create<double>([1, 2, 3, 4, 5, 6], [2, 3]));
        Assert.Equal([6, 30], Variable.Einsum("ij,ij->i", x, y).Value.ToArray());
        Assert.Equal([1, 2, 3, 8, 10, 12], Variable.Einsum("ij,ij->ij", x, y).Value.ToArray());
    }

    [Theory]
    [InlineData("ij->i->j", "more than one arrow")]
    [InlineData("ij,jk->ik", "for 2 operands, not for 1")]
    [InlineData("i->i", "names 1 axes of operand 0. The operands have shapes (2, 3).")]
    [InlineData("i...jk", "names 3 axes of operand 0")]
    [InlineData("ij->ijk", "has 'k' in the result, but in no operand")]
    [InlineData("ij->ii", "has 'i' twice in the result")]
    [InlineData("i.j", "has a '.' where a letter or one ellipsis is expected")]
    [InlineData("ii", "has 'i' for axes of lengths 2 and 3 of operand 0")]
    public void Faults_are_named(string equation, string fault)
    {
        Variable<double> x = new Tape<double>().Variable(Tensor.Zeros<double>([2, 3]));
        ArgumentException error = Assert.Throws<ArgumentException>(() => Variable.Einsum(equation, x));
        Assert.StartsWith($"einsum: the equation '{equation}' ", error.Message);
        Assert.Contains(fault, error.Message);
    }

    private static Tensor<double> Numbers(string term, int seed)
    {
        var random = new Random(seed);
        Shape shape = Shape.Create([.. term.Select(letter => _lengths[letter])]);
        return Tensor.Create<double>(
            [.. Enumerable.Range(0, shape.FlattenedLength).Select(_ => random.NextDouble() - 0.5)], shape);
    }

    private static IEnumerable<Dictionary<char, int>> Places(char[] letters) => letters.Length == 0
        ? [[]]
        : from rest in Places(letters[1..])
          from i in Enumerable.Range(0, _lengths[letters[0]])
          select new Dictionary<char, int>(rest) { [letters[0]] = i };
}
