// What Objective-C can do to a parser.
#import <Foundation/Foundation.h>
#import "Base.h"

/// What can be drawn.
@protocol Drawable <NSObject>
- (BOOL)drawOn:(Canvas *)canvas at:(Point)p;
@end

/// A shape.
@interface Shape : Base <Drawable>
@property (nonatomic, strong) NSString *name;
- (instancetype)initWithName:(NSString *)name;
+ (Shape *)shared;
@end

@implementation Shape
- (instancetype)initWithName:(NSString *)name
{
    self = [super init];
    _name = name;
    return self;
}

+ (Shape *)shared { return [[Shape alloc] initWithName:@"x"]; }

- (BOOL)drawOn:(Canvas *)canvas at:(Point)p
{
    [canvas line:p];
    return add(1, 2) > 0;
}
@end

static int add(int a, int b) { return a + b; }
typedef NS_ENUM(NSInteger, Color) { ColorRed, ColorGreen };
