## Où en est le message qui porte le code

delivery-queued =
    { $channel ->
        [voice] L’appel attend une ligne.
       *[other] Le message attend son envoi.
    }
delivery-sent =
    { $channel ->
        [email] Remis au serveur de courriel à { $at }.
        [voice] L’appel a été passé à { $at }.
       *[other] Remis au réseau téléphonique à { $at } ; il n’a pas encore dit s’il est arrivé.
    }
delivery-delivered =
    { $channel ->
        [voice] L’appel a été pris à { $at }.
       *[other] Livré à { $at }.
    }
delivery-failed = Le message n’a pas pu être livré.
delivery-failed-blocked = Le réseau téléphonique n’a pas laissé passer le message.
delivery-failed-landline = Ce numéro ne peut pas recevoir de textos.
delivery-failed-no-answer = Personne n’a pris l’appel.
delivery-failed-no-such-number = Le réseau téléphonique ne connaît pas ce numéro.
delivery-failed-other = Le réseau téléphonique n’a pas pu livrer le message et n’a pas dit pourquoi.
delivery-failed-unreachable = Le téléphone n’a pas pu être joint : il est peut-être éteint, hors réseau ou plein.
delivery-failed-unsubscribed = Ce numéro a demandé de ne plus recevoir de messages (STOP) : aucun n’est livré. Répondez START au dernier pour les permettre de nouveau.
delivery-advice-failed = Obtenez le même code autrement, avec le bouton ci-dessous. Vous n’avez pas à attendre.
delivery-advice-slow = C’est plus long que d’habitude. Vous pouvez obtenir le même code autrement, avec le bouton ci-dessous.
delivery-check = Le message a-t-il été livré ?

## Dit par courriel quand un numéro a répondu STOP

notice-texts-stopped-subject = { $site } : plus de textos vers votre téléphone
notice-texts-stopped-what = Quelqu’un a répondu STOP à un message au { $mask } : aucun texto n’y va plus, et aucun code. Vos autres moyens restent les mêmes. Pour recevoir de nouveau des textos, répondez START au dernier.
sms-notice-texts-stopped = { $site }: plus de textos vers { $mask }, car STOP y a été répondu.
