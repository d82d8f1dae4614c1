using System.Numerics;

namespace SimpleGrad;

/// <summary>An operator that runs programs of its own, which become part of those in which it is a step.</summary>
internal interface IRunsProgram<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The operator as a step of a program.</summary>
    /// <param name="step">What it reads and computes.</param>
    /// <param name="pipeline">What makes the programs that it runs.</param>
    Step<T> StepOf(ScheduledOperator<T> step, CompilePipeline pipeline);

    /// <summary>How such a step runs, for an explanation: <c>loop of 200 steps, one kernel</c>.</summary>
    /// <param name="step">What it reads and computes.</param>
    string Explain(ScheduledOperator<T> step);
}
