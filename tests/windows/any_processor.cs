/* Nothing of it runs in the tests, whose mscoree.dll is the probe: what counts is the file around it. */
static class Program
{
    static int Main()
    {
        return 0;
    }
}
