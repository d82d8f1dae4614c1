namespace SimpleGrad;

/// <summary>What a loss makes of the losses of all elements.</summary>
public enum LossReduction
{
    /// <summary>Nothing: each element keeps its own.</summary>
    None,

    /// <summary>Their mean; NaN where there is none.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>Their sum divided by the length of the first axis, along which samples lie; of a single one, by
    /// 1.</summary>
    BatchMean,
}
