using System.CommandLine;
using System.CommandLine.Invocation;

namespace SimpleGrad.Cli;

/// <summary>The tool as a function of its arguments and streams.</summary>
internal static class Cli
{
    private const int UserMistake = 2;
    private const int OwnMistake = 1;

    // Enough for the parser and the binder to go through the deepest nesting that a program can have.
    private const int StackSize = 256 << 20;

    /// <returns>0 on success, 2 where the user made a mistake, 1 where the tool did.</returns>
    public static int Run(string[] args, TextWriter stdout, TextWriter stderr, TextReader stdin)
    {
        int exitCode = OwnMistake;
        var thread = new Thread(() => exitCode = RunHere(args, stdout, stderr, stdin), StackSize);
        thread.Start();
        thread.Join();
        return exitCode;
    }

    private static int RunHere(string[] args, TextWriter stdout, TextWriter stderr, TextReader stdin)
    {
        var messages = new Messages(stderr);
        try
        {
            var root = new RootCommand("Automatic differentiation on the command line.")
            {
                GradCommand.Create(stdout, stdin, messages),
                ExplainCommand.Create(stdout, stdin, messages),
                CheckCommand.Create(stdout, stdin, messages),
                FitCommand.Create(stdout, stdin, messages),
            };
            root.HelpName = "simplegrad";
            // A program may begin with a minus, as in "-h*2", or with an at sign: that makes it no option and no file.
            ParseResult parsed = root.Parse(
                args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
            if (parsed.Action is ParseErrorAction)
            {
                foreach (string error in parsed.Errors.Select(error => error.Message).Distinct())
                    messages.Error(error);
                messages.Hint($"Run 'simplegrad {Path(parsed)}--help' to see what there is.");
                return UserMistake;
            }
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = stdout,
                Error = stderr,
                EnableDefaultExceptionHandler = false,
            });
        }
        catch (MistakeException mistake)
        {
            messages.Error(mistake.Message);
            return UserMistake;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            messages.Error(e.Message);
            return UserMistake;
        }
        catch (InsufficientExecutionStackException)
        {
            messages.Error("The input is nested too deeply.");
            return UserMistake;
        }
        catch (Exception e)
        {
            messages.Error($"This is a fault of simplegrad itself: {e.GetType().Name}: {e.Message}");
            return OwnMistake;
        }
    }

    private static string Path(ParseResult parsed) =>
        parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
}
