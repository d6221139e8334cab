func calls(list: [Shape]?, table: [String: Handler]) {
    let local = make(), second = other
    list!.forEach { item in use(item, local) }
    if let found = table["x"], case .some(let inner) = found { found.go(inner) }
    try! risky(second)
    (pick())(local)
    counter = start
    for each in list! { visit(each) }
    let (left, right) = split()
    use(left, right)
}
