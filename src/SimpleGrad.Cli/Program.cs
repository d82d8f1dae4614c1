Console.WriteLine("simplegrad");
