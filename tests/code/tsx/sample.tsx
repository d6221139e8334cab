import React from 'react';

interface Props {
    title: string;
    onClose?: () => void;
}

/** A dialog. */
export const Dialog: React.FC<Props> = ({ title, onClose }) => {
    const ref = React.useRef<HTMLDivElement>(null);
    return (
        <Modal ref={ref} onClose={onClose}>
            <Title text={title} />
        </Modal>
    );
};

export default function App(): JSX.Element {
    return <Dialog title="x" />;
}
