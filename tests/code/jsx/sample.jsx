import React, { useState } from 'react';
import { Button } from './button';

/** A counter that can be clicked. */
export function Counter({ start, children }) {
    const [count, setCount] = useState(start);
    const onClick = () => setCount(count + 1);

    return (
        <div className="counter" onClick={onClick}>
            <Button label="more" onPress={() => setCount(0)} />
            <Menu.Item>{count}</Menu.Item>
            {children}
        </div>
    );
}

export const Wrapped = React.memo(Counter);

class Old extends React.Component {
    render() { return <><Counter start={LIMIT} /></>; }
}
