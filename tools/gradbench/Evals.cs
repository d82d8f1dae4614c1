namespace SimpleGrad.GradBench;

/// <summary>All evals and their functions, by GradBench's names.</summary>
internal static class Evals
{
    public static Dictionary<string, Dictionary<string, Func<Input, Evaluation>>> All { get; } = new()
    {
        ["hello"] = new() { ["square"] = Hello.Square, ["double"] = Hello.Double },
        ["gmm"] = new() { ["objective"] = Gmm.Objective, ["jacobian"] = Gmm.Jacobian },
        ["kmeans"] = new() { ["cost"] = KMeans.Cost, ["dir"] = KMeans.Direction },
        ["lstm"] = new() { ["objective"] = Lstm.Objective, ["jacobian"] = Lstm.Jacobian },
        ["ba"] = new() { ["objective"] = Ba.Objective, ["jacobian"] = Ba.Jacobian },
        ["ht"] = new() { ["objective"] = Ht.Objective, ["jacobian"] = Ht.Jacobian },
        ["det"] = new() { ["primal"] = Det.Primal, ["gradient"] = Det.Gradient },
        ["llsq"] = new() { ["primal"] = Llsq.Primal, ["gradient"] = Llsq.Gradient },
        ["lse"] = new() { ["primal"] = Lse.Primal, ["gradient"] = Lse.Gradient },
        ["particle"] = AllModes(Particle.With),
        ["saddle"] = AllModes(Saddle.With),
        ["ode"] = new() { ["primal"] = Ode.Primal, ["gradient"] = Ode.Gradient },
    };

    /// <summary>Functions that are named after the modes of the outer and the inner derivative.</summary>
    private static Dictionary<string, Func<Input, Evaluation>> AllModes(
        Func<Mode, Mode, Func<Input, Evaluation>> function) => new()
        {
            ["rr"] = function(Mode.Reverse, Mode.Reverse),
            ["ff"] = function(Mode.Forward, Mode.Forward),
            ["fr"] = function(Mode.Forward, Mode.Reverse),
            ["rf"] = function(Mode.Reverse, Mode.Forward),
        };
}
