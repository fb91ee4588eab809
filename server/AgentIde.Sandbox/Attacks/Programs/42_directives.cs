// What a compiler could be made to load or allow: other assemblies, scripts, unchecked memory.
#r "/usr/lib/anything.dll"
#load "other.csx"
unsafe
{
    int* nowhere = (int*)0;
    *nowhere = 1;
}

Console.WriteLine("BROKEN: it was compiled");
