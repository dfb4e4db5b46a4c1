### Ce qui part par SMS et par e-mail.
###
### Un SMS tient sur une ligne ici ; le programme ajoute dessous la ligne « @hôte #code ». Au plus 90 caractères sans le
### nom du site, et dans l’alphabet GSM : é è à ù Ç y sont, mais pas ç â ê î ô û ë ï œ, ni l’apostrophe courbe, ni
### l’espace insécable. Un seul caractère hors de cet alphabet double le prix ; les tests le refusent.
### Aucun lien dans un SMS : on apprend à se méfier d’un lien à côté d’un code, et les opérateurs les bloquent. Le
### programme en ajoute un à l’e-mail, vers la page « Ce n’était pas moi ».

sms-code-login = { $site }: { $code } est votre code de connexion, valable { $minutes } min. Ne le donnez à personne, ni à nous.
# Ajouté quand le SMS reste d’une seule partie.
sms-code-stranger = Pas vous? Prévenez-nous.
sms-code-test = { $site }: ceci est un message de test. { $code } est un exemple de code et n'ouvre rien.
# Ajouté à un texte renvoyé : les opérateurs suppriment un texte identique au précédent.
message-number = (message { $number })

mail-code-login-subject = { $site } : votre code de connexion
mail-code-login-intro = Quelqu’un, sans doute vous, se connecte à { $site } avec votre mot de passe. Ce code termine la connexion :
mail-code-login-valid = { $minutes ->
    [1] Il est valable une minute et ne sert qu’une fois.
    [one] Il est valable { $minutes } minute et ne sert qu’une fois.
   *[other] Il est valable { $minutes } minutes et ne sert qu’une fois.
}
mail-code-login-never = Nous ne demandons jamais ce code. Ne le lisez à personne et ne le transmettez à personne, qui que ce soit qui le demande.
mail-code-login-stranger = Si vous n’êtes pas en train de vous connecter, quelqu’un d’autre connaît votre mot de passe : changez-le, ou prévenez votre administrateur.
mail-code-host = Ne le saisissez que sur { $host }.

mail-code-test-subject = { $site } : message de test
mail-code-test-intro = Ce message a été envoyé pour tester l’envoi d’e-mails depuis { $site }. Un code se présente ainsi :
mail-code-test-valid = C’est un exemple, et il n’ouvre rien.
mail-code-test-never = Vous n’avez rien à faire.
mail-code-test-stranger = Si vous n’attendiez pas ce message, prévenez votre administrateur.
