namespace SimpleGrad.Tests.Compiler;

/// <summary>
/// A program can ask how its kernels run; the one that is compiled ahead of time looks at the other case.
/// </summary>
[Collection(nameof(Alone))] // The setting is that of the whole process.
public sealed class KernelExecutionTests
{
    [Fact]
    public void Kernels_are_machine_code_where_the_runtime_has_a_compiler()
    {
        Assert.True(KernelExecution.IsMachineCode);
        Assert.StartsWith("Kernels are machine code", KernelExecution.Reason, StringComparison.Ordinal);
        AppContext.SetSwitch("SimpleGrad.DynamicCode", false);
        try
        {
            Assert.False(KernelExecution.IsMachineCode);
            Assert.Contains("the setting SimpleGrad.DynamicCode is false", KernelExecution.Reason);
        }
        finally
        {
            AppContext.SetSwitch("SimpleGrad.DynamicCode", true);
        }
    }
}
