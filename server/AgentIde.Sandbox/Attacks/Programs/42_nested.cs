// Brackets in brackets, 50,000 of them, on which a compiler runs out of stack: with whoever it runs in.
int number = «1»;
Console.WriteLine($"BROKEN: it was compiled {number}");
