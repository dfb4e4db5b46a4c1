### The code page where another service checks the code.

code-fault-unchecked =
    { $tries ->
        [one] Your code could not be checked just now; that is not your fault. Wait a moment and enter it again: you have one more try.
       *[other] Your code could not be checked just now; that is not your fault. Wait a moment and enter it again: you have { $tries } tries left.
    }
