using System.Runtime.Intrinsics;

namespace SimpleGrad;

/// <summary>
/// Where tiles find the lines of an operand: as many together, a panel, as a tile has, packed or as they lie. The last
/// panel is packed wherever lines are missing in it.
/// </summary>
/// <remarks>
/// A packed panel of four lines a, b, c, d: step by step the numbers that a tile reads at once.
/// <code>
/// lines        packed
/// a0 a1 a2     a0 b0 c0 d0 | a1 b1 c1 d1 | a2 b2 c2 d2
/// b0 b1 b2
/// c0 c1 c2
/// d0 d1 d2
/// </code>
/// </remarks>
internal readonly unsafe struct PackedPanels<T> where T : unmanaged
{
    private readonly T* _first, _last;
    private readonly nint _panelStride, _lineStride, _stepStride;
    private readonly int _panelLines;
    private readonly int _wholeLines; // of the panels that lie at the first one; the last panel has the others

    /// <summary>Panels that were packed.</summary>
    public PackedPanels(T* panels, int steps, int panelLines)
    {
        _first = panels;
        (_panelStride, _lineStride, _stepStride) = ((nint)steps * panelLines, 1, panelLines);
        (_panelLines, _wholeLines) = (panelLines, int.MaxValue);
    }

    private PackedPanels(in OperandLines<T> lines, int wholeLines, T* last, int panelLines)
    {
        _first = lines.Start;
        _last = last;
        (_panelStride, _lineStride, _stepStride) = (panelLines * lines.LineStride, lines.LineStride, lines.StepStride);
        (_panelLines, _wholeLines) = (panelLines, wholeLines);
    }

    /// <summary>The lines of a panel.</summary>
    public int PanelLines => _panelLines;

    /// <summary>The panels of an operand, of which all or at least a last, incomplete one is packed.</summary>
    public static PackedPanels<T> Of(in OperandLines<T> lines, int panelLines, T* to, bool packs)
    {
        if (packs)
        {
            Pack(in lines, panelLines, to, lines.Steps);
            return new(to, lines.Steps, panelLines);
        }
        int whole = lines.Count / panelLines * panelLines;
        var tail = new OperandLines<T>(
            lines.Start + whole * lines.LineStride, lines.Count - whole, lines.Steps, lines.LineStride,
            lines.StepStride);
        Pack(in tail, panelLines, to, lines.Steps);
        return new(in lines, whole, to, panelLines);
    }

    /// <summary>The panel that begins with a line, and the distances of its lines and of the steps.</summary>
    public T* At(int line, out nint lineStride, out nint stepStride)
    {
        if (line >= _wholeLines)
        {
            (lineStride, stepStride) = (1, _panelLines);
            return _last;
        }
        (lineStride, stepStride) = (_lineStride, _stepStride);
        return _first + line / _panelLines * _panelStride;
    }

    /// <summary>
    /// Copies lines into panels of as many as a tile has, with zeros where lines are missing. A panel is
    /// <paramref name="panelSteps"/> steps long, of which this may be a part.
    /// </summary>
    public static void Pack(in OperandLines<T> lines, int panelLines, T* to, int panelSteps)
    {
        int steps = lines.Steps;
        nint lineStride = lines.LineStride, stepStride = lines.StepStride;
        for (int line = 0; line < lines.Count; line += panelLines, to += panelSteps * panelLines)
        {
            int count = Math.Min(panelLines, lines.Count - line);
            T* panel = lines.Start + line * lineStride;
            if (count < panelLines)
                new Span<T>(to, steps * panelLines).Clear();
            if (lineStride == 1)
            {
                CopySteps(panel, steps, stepStride, count, panelLines, to);
                continue;
            }
            int i = 0;
            for (; i + 4 <= count; i += 4)
                PackFour(panel + i * lineStride, steps, lineStride, stepStride, panelLines, to + i);
            for (; i < count; i++)
            {
                T* source = panel + i * lineStride, target = to + i;
                for (int step = 0; step < steps; step++, source += stepStride, target += panelLines)
                    *target = *source;
            }
        }
    }

    /// <summary>Four lines at once: one line alone would touch each cache line of the panel for one number.</summary>
    private static void PackFour(T* from, int steps, nint lineStride, nint stepStride, int panelLines, T* to)
    {
        T* line1 = from + lineStride, line2 = line1 + lineStride, line3 = line2 + lineStride;
        nint at = 0;
        for (int step = 0; step < steps; step++, at += stepStride, to += panelLines)
        {
            T x0 = from[at], x1 = line1[at], x2 = line2[at], x3 = line3[at];
            to[0] = x0;
            to[1] = x1;
            to[2] = x2;
            to[3] = x3;
        }
    }

    /// <summary>Lines that are neighbours in memory.</summary>
    private static void CopySteps(T* from, int steps, nint stepStride, int count, int panelLines, T* to)
    {
        int inVectors = count - count % Vector128<T>.Count;
        for (int step = 0; step < steps; step++, from += stepStride, to += panelLines)
        {
            int i = 0;
            for (; i < inVectors; i += Vector128<T>.Count)
                Vector128.Load(from + i).Store(to + i);
            for (; i < count; i++)
                to[i] = from[i];
        }
    }
}
