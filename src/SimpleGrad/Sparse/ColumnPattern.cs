namespace SimpleGrad;

/// <summary>The pattern of a matrix by columns.</summary>
/// <param name="Pointers">For each column where its elements begin, and at last where they end.</param>
/// <param name="Rows">The row of each element.</param>
/// <param name="Sources">Where each is among the values of the matrix that it was made of.</param>
internal sealed record ColumnPattern(int[] Pointers, int[] Rows, int[] Sources);
