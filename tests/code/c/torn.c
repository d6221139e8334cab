/* A text that does not parse: nothing is made up. */
START_OF_NAMES
EXTERN void raised(int bucket)
END_OF_NAMES;

int after(int a)
{
    if (a != b::c)
        return 1;
    return helper(a);
}
struct half {
    int whole;
    if (x) return y;
