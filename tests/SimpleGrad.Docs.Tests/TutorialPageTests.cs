using SimpleGrad.Site;

namespace SimpleGrad.Docs.Tests;

/// <summary>A chapter as a page of the site.</summary>
public sealed class TutorialPageTests
{
    private static readonly Dictionary<string, string> _titles = new()
    {
        ["01-a.cs"] = "1. First",
        ["02-b.cs"] = "2. Second",
        ["03-c.cs"] = "3. Third",
    };

    [Fact]
    public void Comments_are_text_code_is_code_and_solutions_are_folded() => Assert.Equal(
        """
        # 2. Second

        Previous: [1. First](01-a.md) · Next: [3. Third](03-c.md)

        This page is a program: `dotnet run docs/tutorial/02-b.cs` runs it.

        About a \* b.

        ```csharp
        using SimpleGrad;
        ```

        ## Heading

        ```csharp
        int x = 3; // a comment
            // and another

        x++;
        ```

        ```text
        x is 3
          and 4
        ```

        As in

        ```csharp
        if (x > 3)
            x--;
        ```

        - which ends.
        Exercise: find x.

        <details><summary>Solution</summary>

        It is 4.

        ```csharp
        Print(x);
        ```

        </details>

        <details><summary>All that this section prints</summary>

        ```text
        x is 3
          and 4
        ```

        </details>

        Previous: [1. First](01-a.md) · Next: [3. Third](03-c.md)

        """,
        TutorialPage.Of(
            "02-b.cs",
            """
            #:project ../x.csproj

            // Chapter 2. Second
            // Previous: 01-a.cs. Next: 03-c.cs.
            //
            // About a * b.

            using SimpleGrad;

            Console.WriteLine("# Heading");
            int x = 3; // a comment
                // and another

            x++;

            //> x is 3
            //>   and 4
            //
            // As in
            //
            //     if (x > 3)
            //         x--;
            //
            // - which ends.
            // Exercise: find x.
            //
            // Solution: it is 4.

            Print(x);
            """,
            "# Heading\nx is 3\n  and 4\n",
            _titles));

    [Fact]
    public void Every_output_of_a_chapter_is_on_its_page()
    {
        string page = TutorialPage.Of(
            "02-b.cs",
            "// Chapter 2. Second\n// Previous: 01-a.cs.\nPrint();\nConsole.WriteLine(\"# One\");\nPrint();\n",
            "before\n# One\nafter\n", _titles);
        Assert.Matches("(?s)Print.*before.*## One.*after", page);
    }
}
