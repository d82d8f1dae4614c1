using System.Numerics;

namespace SimpleGrad;

/// <summary>
/// For each element of a value the elements of a function's input that it can depend on: rows of column numbers, each
/// ascending.
/// </summary>
/// <param name="Starts">Where each row begins, and at last where they end.</param>
/// <param name="Columns">The rows, one after the other.</param>
internal sealed record Structure(int[] Starts, int[] Columns)
{
    private const int MaxElements = 1 << 28;

    public int Rows => Starts.Length - 1;

    public ReadOnlySpan<int> this[int row] => Columns.AsSpan(Starts[row], Starts[row + 1] - Starts[row]);

    /// <summary>The structure of the Jacobian of a function's only result by its only input.</summary>
    /// <remarks>It holds wherever the function does the same operators, whatever the numbers are.</remarks>
    public static Structure Of<T>(Linearization<T> linear) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Tape<T> tape = linear.Tape;
        var known = new Dictionary<int, Structure> { [linear.Inputs[0].Index] = Identity(linear.Inputs[0].Length) };
        for (int i = linear.FirstEntry; i < tape.Count; i++)
        {
            EntryRow<T> entry = tape.EntryAt(i);
            int[] links = tape.LinksOf(entry).ToArray();
            if (!links.Take(entry.InputCount).Any(known.ContainsKey))
                continue;
            Shape[] shapes = [.. links.Select(link => link < 0 ? Shape.Scalar : tape.ShapeOf(link))];
            for (int output = entry.InputCount; output < links.Length; output++)
            {
                Structure? all = null;
                for (int j = 0; j < entry.InputCount; j++)
                {
                    if (!known.TryGetValue(links[j], out Structure? input))
                        continue;
                    IReadOnlyList<Dependence>? maps =
                        entry.Operator.DependenceOn(j, shapes.AsSpan(0, entry.InputCount), shapes[output]);
                    Structure through = maps is null
                        ? input.ForAll(shapes[output].FlattenedLength)
                        : maps.Aggregate(input, (each, map) => each.Through(map));
                    all = all is null ? through : all.Or(through);
                }
                known[links[output]] = all!;
            }
        }
        return known.GetValueOrDefault(linear.Result.Index) ?? new Structure(new int[linear.Result.Length + 1], []);
    }

    /// <summary>The transposed structure.</summary>
    public Structure Transposed(int columns)
    {
        var starts = new int[columns + 1];
        foreach (int column in Columns)
            starts[column + 1]++;
        for (int i = 0; i < columns; i++)
            starts[i + 1] += starts[i];
        var next = starts.AsSpan(0, columns).ToArray();
        var rows = new int[Columns.Length];
        for (int row = 0; row < Rows; row++)
        {
            foreach (int column in this[row])
                rows[next[column]++] = row;
        }
        return new Structure(starts, rows);
    }

    /// <summary>
    /// Colours the columns so that no row has two of one colour: columns of one colour can be computed together,
    /// because each row says which of them a number belongs to.
    /// </summary>
    /// <param name="byColumn">The transposed structure.</param>
    /// <returns>The colour of each column, and how many there are.</returns>
    public (int[] Colours, int Count) Colour(Structure byColumn)
    {
        var colours = new int[byColumn.Rows];
        Array.Fill(colours, -1);
        var takenBy = new List<int>(); // for each colour the last column that could not have it
        for (int column = 0; column < colours.Length; column++)
        {
            foreach (int row in byColumn[column])
            {
                foreach (int other in this[row])
                {
                    if (other < column)
                        takenBy[colours[other]] = column;
                }
            }
            int colour = takenBy.FindIndex(last => last != column);
            if (colour < 0)
            {
                colour = takenBy.Count;
                takenBy.Add(-1);
            }
            colours[column] = colour;
        }
        return (colours, takenBy.Count);
    }

    public int LongestRow()
    {
        int longest = 0;
        for (int row = 0; row < Rows; row++)
            longest = Math.Max(longest, this[row].Length);
        return longest;
    }

    private static Structure Identity(int length) =>
        new([.. Enumerable.Range(0, length + 1)], [.. Enumerable.Range(0, length)]);

    private Structure Through(Dependence map) => map.Count is { } count ? Into(map.Indices, count) : From(map.Indices);

    private Structure From(int[] indices)
    {
        var starts = new int[indices.Length + 1];
        long total = 0;
        for (int i = 0; i < indices.Length; i++)
        {
            total += indices[i] < 0 ? 0 : this[indices[i]].Length;
            starts[i + 1] = (int)Checked(total);
        }
        var columns = new int[total];
        for (int i = 0; i < indices.Length; i++)
        {
            if (indices[i] >= 0)
                this[indices[i]].CopyTo(columns.AsSpan(starts[i]));
        }
        return new Structure(starts, columns);
    }

    private Structure Into(int[] indices, int count)
    {
        var ends = new int[count + 1];
        for (int i = 0; i < indices.Length; i++)
            ends[indices[i] + 1] += this[i].Length;
        for (int i = 0; i < count; i++)
            ends[i + 1] += ends[i];
        var gathered = new int[ends[count]];
        var next = ends.AsSpan(0, count).ToArray();
        for (int i = 0; i < indices.Length; i++)
        {
            this[i].CopyTo(gathered.AsSpan(next[indices[i]]));
            next[indices[i]] += this[i].Length;
        }
        var starts = new int[count + 1];
        int at = 0;
        for (int i = 0; i < count; i++)
        {
            Span<int> row = gathered.AsSpan(ends[i], ends[i + 1] - ends[i]);
            row.Sort();
            for (int j = 0; j < row.Length; j++)
            {
                if (j == 0 || row[j] != row[j - 1])
                    gathered[at++] = row[j];
            }
            starts[i + 1] = at;
        }
        return new Structure(starts, gathered[..at]);
    }

    private Structure ForAll(int count)
    {
        int[] all = Into(new int[Rows], 1).Columns;
        _ = Checked((long)all.Length * count);
        var starts = new int[count + 1];
        var columns = new int[all.Length * count];
        for (int i = 0; i < count; i++)
        {
            all.CopyTo(columns.AsSpan(starts[i]));
            starts[i + 1] = starts[i] + all.Length;
        }
        return new Structure(starts, columns);
    }

    private Structure Or(Structure other)
    {
        if (Starts.AsSpan().SequenceEqual(other.Starts) && Columns.AsSpan().SequenceEqual(other.Columns))
            return this;
        var starts = new int[Rows + 1];
        var columns = new int[Checked((long)Columns.Length + other.Columns.Length)];
        int at = 0;
        for (int row = 0; row < Rows; row++)
        {
            ReadOnlySpan<int> x = this[row], y = other[row];
            while (!x.IsEmpty && !y.IsEmpty)
            {
                int next = Math.Min(x[0], y[0]);
                columns[at++] = next;
                x = x[0] == next ? x[1..] : x;
                y = y[0] == next ? y[1..] : y;
            }
            x.CopyTo(columns.AsSpan(at));
            y.CopyTo(columns.AsSpan(at + x.Length));
            at += x.Length + y.Length;
            starts[row + 1] = at;
        }
        return new Structure(starts, columns[..at]);
    }

    private static long Checked(long elements) => elements <= MaxElements
        ? elements
        : throw new InvalidOperationException(
            "The Jacobian is not sparse: more than 268 million of its elements may differ from zero.");
}
