### La page du code lorsqu’un autre service vérifie le code.

code-fault-unchecked =
    { $tries ->
        [1] Votre code n’a pas pu être vérifié ; vous n’y êtes pour rien. Attendez un instant et saisissez-le de nouveau : il vous reste un essai.
       *[other] Votre code n’a pas pu être vérifié ; vous n’y êtes pour rien. Attendez un instant et saisissez-le de nouveau : il vous reste { $tries } essais.
    }
