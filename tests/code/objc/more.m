#import "More.h"
#define LIMIT 3
#define TWICE(x) ((x) * 2)
struct point { int x; };
enum color { RED };
int counter = 0;
