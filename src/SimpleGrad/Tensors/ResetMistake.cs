namespace SimpleGrad;

/// <summary>What to do instead of using a result after the reset of its tape.</summary>
internal static class ResetMistake
{
    public const string Remedy =
        "Only variables made with tape.Variable or tape.Constant outlive a Reset. An update such as "
        + "w -= rate * gradient makes a result: write to the variable instead, using (tape.NoGrad()) "
        + "w.SubtractInPlace(rate * gradient), or take the new value over before the Reset, "
        + "w = tape.Variable(w.Value). A gradient is kept with tape.Constant(gradient.Value), before the Reset too.";
}
