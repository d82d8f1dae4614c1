namespace SimpleGrad.Generator;

/// <summary>What is made of a record: text, or mistakes. Equal ones are not written again.</summary>
internal sealed class Generated(string name, string? text, IReadOnlyList<Mistake> mistakes) : IEquatable<Generated>
{
    public string Name { get; } = name;

    public string? Text { get; } = text;

    public IReadOnlyList<Mistake> Mistakes { get; } = mistakes;

    public bool Equals(Generated? other) =>
        other is not null && Name == other.Name && Text == other.Text && Mistakes.SequenceEqual(other.Mistakes);

    public override bool Equals(object? obj) => Equals(obj as Generated);

    public override int GetHashCode() => Name.GetHashCode();
}
