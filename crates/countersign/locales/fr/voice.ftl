### Ce que dit un appel. Une machine le lit à voix haute : phrases courtes, ni lien, ni abréviation, ni chiffre hormis le code.

# La langue et le pays de la voix qui lit ces textes, comme Twilio et ClickSend les nomment.
voice-language = fr-FR
voice-greeting-contact = Bonjour. Ici { $site }, avec un code qui confirme ce numéro de téléphone.
voice-greeting-step-up = Bonjour. Ici { $site }, avec un code pour modifier votre compte.
voice-greeting-login = Bonjour. Ici { $site }, avec votre code de connexion.
voice-greeting-test = Bonjour. Ici { $site }, avec un appel de test et un exemple de code.
voice-press = Appuyez sur une touche de votre téléphone pour l’entendre.
voice-code = Votre code est : { $code }.
voice-again = Encore une fois : { $code }.
voice-never = Ne le donnez à personne. Au revoir.
voice-unheard = Aucune touche n’a été pressée. Au revoir.
voice-over = Ce code n’est plus valable. Retournez à la page et demandez-en un nouveau. Au revoir.
