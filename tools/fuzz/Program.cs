using SimpleGrad.Fuzz;

// Feeds the tool with damaged programs, tables, arrays and lists. It may do what it is asked or say what is wrong with
// the input; an internal error, an answer that cannot be read, and no answer are faults.

Options options = Options.Parse(args);
Corpus? guide = options.IsGuided ? Corpus.Guided() : null; // before anything of the tool is loaded
return Fuzzing.Run(options, guide);
